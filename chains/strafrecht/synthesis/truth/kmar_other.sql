-- What the Royal Marechaussee registers beside crimes (§8.2): refusals at the border, assistance, arrests on a warrant, lost objects. Busier in summer.
WITH kind AS (
  SELECT CAST(code AS VARCHAR) AS code, description, CAST(persons AS DOUBLE) AS persons, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / 100 AS lo, sum(CAST(share AS DOUBLE)) OVER w / 100 AS hi
  FROM {table.kmar_other} WINDOW w AS (ORDER BY CAST(code AS INTEGER) ROWS UNBOUNDED PRECEDING)
),
brigade AS (
  SELECT CAST(brigade AS VARCHAR) AS brigade, border, (sum(weight) OVER w - weight) / sum(weight) OVER (PARTITION BY border) AS lo, sum(weight) OVER w / sum(weight) OVER (PARTITION BY border) AS hi
  FROM (SELECT brigade, b.border, CASE WHEN b.border THEN CAST(border_share AS DOUBLE) ELSE CAST(share AS DOUBLE) END AS weight FROM {table.kmar_brigade}, (VALUES (true), (false)) AS b(border))
  WINDOW w AS (PARTITION BY border ORDER BY CAST(brigade AS INTEGER) ROWS UNBOUNDED PRECEDING)
),
one AS (
  SELECT 3000000000000000 + CAST(y.year AS BIGINT) * 10000000 + n.n AS other_id, y.year
  FROM unnest(range({from}, {to} + 1)) AS y(year) LEFT JOIN {table.year_factor} AS f ON CAST(f.year AS INTEGER) = y.year,
       unnest(range(0, CAST(floor({parameter.kmar_others_per_year} * {scale} * coalesce(CAST(f.crimes AS DOUBLE), 1) + draw('kmar others', y.year)) AS BIGINT))) AS n(n)
)
SELECT o.other_id, k.code, k.description,
       make_date(CAST(o.year AS INTEGER), 1, 1) + CAST(greatest(0, least(364, floor((draw('kmar moment', o.other_id) - {parameter.season} / (2 * pi()) * (sin(2 * pi() * (draw('kmar moment', o.other_id) - .62)) - sin(2 * pi() * -.62))) * 365))) AS INTEGER) AS date,
       b.brigade,
       -- one person, sometimes two; or a person in some cases only
       CASE WHEN k.persons < 1 THEN CASE WHEN draw('kmar persons', o.other_id) < k.persons THEN 1 ELSE 0 END WHEN k.code = '9001' AND draw('kmar persons', o.other_id) < .12 THEN 2 ELSE 1 END AS persons
FROM one AS o JOIN kind AS k ON draw('kmar kind', o.other_id) >= k.lo AND (draw('kmar kind', o.other_id) < k.hi OR k.hi > .9999)
  JOIN brigade AS b ON b.border = (k.code = '9001') AND draw('brigade', o.other_id) >= b.lo AND (draw('brigade', o.other_id) < b.hi OR b.hi > .99999)
