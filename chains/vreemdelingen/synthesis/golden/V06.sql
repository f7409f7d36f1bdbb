-- V06: stays with a night in a month and their nights, by kind of location, counted day by day.
WITH night AS (
  SELECT v.stay_id, v.kind, d.day FROM {truth.stay} AS v, unnest(range(make_date({from}, 1, 1), make_date({to} + 1, 1, 1), INTERVAL 1 DAY)) AS d(day) WHERE v.date_in <= d.day AND v.date_out > d.day
)
SELECT l.locatie AS Opvanglocatie, strftime(day, '%YMM%m') AS period, count(DISTINCT stay_id) AS verblijven, count(*) AS nachten, count(*) / count(DISTINCT day) AS bezetting
FROM night, unnest([kind, 'TOT']) AS l(locatie) GROUP BY ALL ORDER BY ALL
