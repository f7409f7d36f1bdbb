-- Slachtofferdienst: one row per service to a victim. The source counts by itself and leaves numbers under five empty; a cell of
-- three services gives three rows, an empty cell none.
WITH cijfer AS (
  SELECT t.n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS t(n)
),
getal AS (
  SELECT a.n * 100 + b.n * 10 + c.n AS n FROM cijfer AS a CROSS JOIN cijfer AS b CROSS JOIN cijfer AS c
)
SELECT d.maand, d.gemeente, d.scm2010, d.dienst, g.n + 1 AS volgnr
FROM {slachtofferhulp.dienst} AS d
JOIN getal AS g ON g.n < d.aantal
WHERE d.scm2010 IS NOT NULL AND d.scm2010 NOT IN ('event only', 'outside scope')
