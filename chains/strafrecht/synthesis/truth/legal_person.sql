-- Legal persons (§5): some two per cent of the cases, brought in by the special investigation services. One case each.
WITH theme AS (
  SELECT theme, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER () AS lo, sum(CAST(share AS DOUBLE)) OVER w / sum(CAST(share AS DOUBLE)) OVER () AS hi
  FROM {table.bod_theme} WINDOW w AS (ORDER BY theme ROWS UNBOUNDED PRECEDING)
),
one AS (
  SELECT 900000000000000 + CAST(y.year AS BIGINT) * 1000000 + n.n AS person_id, y.year
  FROM unnest(range({from} - 3, {to} + 1)) AS y(year) LEFT JOIN {table.year_factor} AS f ON CAST(f.year AS INTEGER) = y.year,
       unnest(range(0, CAST(floor({parameter.legal_persons_per_year} * {scale} * coalesce(CAST(f.suspects AS DOUBLE), 1) + .5) AS BIGINT))) AS n(n)
)
SELECT person_id, make_date(CAST(year AS INTEGER), 1, 1) + CAST(floor(draw('legal intake', person_id) * 365) AS INTEGER) AS intake_date,
       concat(['Bouwbedrijf', 'Transport', 'Handelsonderneming', 'Agrarisch bedrijf', 'Uitzendbureau', 'Metaalbewerking', 'Horeca', 'Schoonmaakbedrijf'][1 + CAST(floor(draw('trade', person_id) * 8) AS INTEGER)], ' ',
         ['Noordster', 'De Linde', 'Waterkant', 'Het Anker', 'Zonnehoek', 'De Kroon', 'Veldzicht', 'Oeverland', 'De Toren', 'Rietveld'][1 + CAST(floor(draw('trade name', person_id) * 10) AS INTEGER)], ' ', 1 + person_id % 997, ' B.V.') AS name,
       CAST(90000000 + (row_number() OVER (ORDER BY person_id) * 7654321) % 10000000 AS VARCHAR) AS kvk, t.theme
FROM one JOIN theme AS t ON draw('theme', person_id) >= t.lo AND (draw('theme', person_id) < t.hi OR t.hi > .9999)
