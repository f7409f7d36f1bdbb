/// How a run of the generator is set.
