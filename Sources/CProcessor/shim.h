/* Whether this processor can run the module that is compiled for wide vectors; on ARM every processor can. */
static inline int keten_has_wide_vectors(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") ? 1 : 0;
#else
  return 1;
#endif
}
