-- Everything that the Royal Marechaussee registers in the window (§8.2), crimes and other incidents under one sequence of numbers: of one day the crimes come first.
WITH brigade AS (SELECT CAST(brigade AS VARCHAR) AS brigade, letters, right(concat('0000', municipality), 4) AS municipality FROM {table.kmar_brigade}),
-- crimes up to and including a day
crimes AS (
  SELECT reported_date AS date, sum(count(*)) OVER (PARTITION BY year(reported_date) ORDER BY reported_date) AS n
  FROM {truth.crime} WHERE kmar AND reported_date >= make_date({from}, 1, 1) GROUP BY reported_date
),
other AS (
  SELECT o.*, row_number() OVER (PARTITION BY year(o.date) ORDER BY o.date, o.other_id) + coalesce(c.n, 0) AS nr
  FROM {truth.kmar_other} AS o ASOF LEFT JOIN crimes AS c ON year(c.date) = year(o.date) AND o.date >= c.date
)
SELECT c.crime_id AS kmar_id, c.crime_id, c.registration_nr AS kmar_nr, c.kmar_code AS code, k.description, c.brigade, c.municipality, c.reported_date AS date, c.cleared_date, c.attempt, 0 AS persons
FROM {truth.crime} AS c JOIN (SELECT DISTINCT CAST(code AS VARCHAR) AS code, description FROM {table.kmar_crime}) AS k ON k.code = c.kmar_code
WHERE c.kmar AND c.reported_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
UNION ALL
SELECT o.other_id, NULL, concat('27', b.letters, '/', lpad(CAST(year(o.date) % 100 AS VARCHAR), 2, '0'), '-', lpad(CAST(o.nr AS VARCHAR), 6, '0')), o.code, o.description, o.brigade, b.municipality, o.date, NULL, false, o.persons
FROM other AS o JOIN brigade AS b USING (brigade)
