-- Maand: one row per organisation and whole month that its deliveries cover, up to a hundred years.
WITH cijfer AS (
  SELECT t.n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS t(n)
),
nummer AS (
  SELECT t.n FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) AS t(n)
),
jaren AS (
  SELECT w.organisatie, w.vanaf, w.tot_en_met, p_year(w.vanaf) + a.n * 10 + b.n AS jaar
  FROM {entity.waarneming} AS w CROSS JOIN cijfer AS a CROSS JOIN cijfer AS b
),
maanden AS (
  SELECT j.organisatie, j.vanaf, j.tot_en_met,
         p_date_of(j.jaar, m.n, 1) AS eerste_dag,
         p_add_days(p_date_of(CASE WHEN m.n = 12 THEN j.jaar + 1 ELSE j.jaar END, CASE WHEN m.n = 12 THEN 1 ELSE m.n + 1 END, 1), -1) AS laatste_dag
  FROM jaren AS j CROSS JOIN nummer AS m
)
SELECT organisatie,
       eerste_dag,
       laatste_dag,
       p_days(eerste_dag, laatste_dag) + 1 AS dagen
FROM maanden
WHERE eerste_dag >= vanaf AND laatste_dag <= tot_en_met AND laatste_dag <= {reference_date}
