-- Reference population on 1 January (§4.4): 17.8 million in 2023 x scale, spread over the municipalities of the year and classes of age, sex and origin.
-- Cells are rounded by lot, so that small scales keep the total.
WITH municipality AS (
  SELECT y.year, right(concat('0000', regexp_replace(CAST(g.code AS VARCHAR), '[^0-9]', '', 'g')), 4) AS code, CAST(g.population AS DOUBLE) / sum(CAST(g.population AS DOUBLE)) OVER (PARTITION BY y.year) AS share
  FROM {reference.gemeente} AS g, unnest(range({from}, {to} + 1)) AS y(year)
  WHERE coalesce(try_cast(CAST(g.valid_from AS VARCHAR) AS DATE), DATE '1900-01-01') <= make_date(CAST(y.year AS INTEGER), 1, 1) AND coalesce(try_cast(CAST(g.valid_to AS VARCHAR) AS DATE), DATE '9999-01-01') >= make_date(CAST(y.year AS INTEGER), 1, 1)
),
class AS (SELECT dimension, code, CAST(share AS DOUBLE) AS share FROM {table.population}),
cell AS (
  SELECT row_number() OVER (ORDER BY m.year, m.code, a.code, s.code, o.code) AS population_id, m.year, m.code AS municipality, a.code AS age, s.code AS sex, o.code AS origin,
         {parameter.population} * {scale} * (1 + .006 * (m.year - 2023)) * m.share * a.share * s.share * o.share AS expected
  FROM municipality AS m, class AS a, class AS s, class AS o WHERE a.dimension = 'age' AND s.dimension = 'sex' AND o.dimension = 'origin'
)
SELECT population_id, year, municipality, age, sex, origin, CAST(floor(expected + draw('population', population_id)) AS BIGINT) AS persons FROM cell
