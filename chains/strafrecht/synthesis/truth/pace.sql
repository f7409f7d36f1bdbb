-- By year: how many more people with a single incident there are, and how much oftener the others come back, than in 2023 (§4.5). Before the lead-in years are like 2023.
WITH factor AS (
  SELECT y.year, f.factor * (1 + {parameter.kept_in} * (f.factor - 1)) AS factor, {parameter.newcomers} * {parameter.incidents_per_career} * greatest(0, f.factor - 1) AS newcomers
  FROM unnest(range({from} - {parameter.lead_years}, {to} + 1)) AS y(year)
    JOIN (SELECT CAST(year AS INTEGER) AS year, CAST(suspects AS DOUBLE) AS factor, CASE WHEN row_number() OVER (ORDER BY CAST(year AS INTEGER)) = 1 THEN 0 ELSE CAST(year AS INTEGER) END AS year_from,
                 coalesce(lead(CAST(year AS INTEGER)) OVER (ORDER BY CAST(year AS INTEGER)), 9999) AS year_to FROM {table.year_factor}) AS f ON y.year >= f.year_from AND y.year < f.year_to
)
SELECT year, newcomers, ({parameter.incidents_per_career} * factor - 1 - newcomers) / ({parameter.incidents_per_career} - 1) AS pace FROM factor
