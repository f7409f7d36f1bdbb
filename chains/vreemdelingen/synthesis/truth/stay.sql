-- Stays in reception: one per location. Who applies for asylum registers at one location, moves to another, and some move again. Reception ends with a home in a
-- municipality after a grant, with the departure after a refusal, or 28 days after the decision; some leave before. Stays of one person never overlap.
WITH spell AS (
  SELECT a.application_id, a.person_id, a.application_date + CAST(floor(draw('arrival', a.application_id) * 3) AS INTEGER) AS date_in,
         lead(a.application_date) OVER (PARTITION BY a.person_id ORDER BY a.application_date, a.application_id) AS next_application,
         draw('leaves early', a.application_id) < .06 AS early, a.outcome, d.way,
         CASE WHEN draw('leaves early', a.application_id) < .06 THEN least(a.decision_date, a.application_date + 5 + CAST(floor(draw('early days', a.application_id) * 200) AS INTEGER))
              WHEN a.outcome = 'INW' THEN a.decision_date + greatest(14, CAST(round({parameter.housing_days} * exp(.7 * normal(draw('housing days', a.application_id)))) AS INTEGER))
              ELSE coalesce(d.departure_date, a.decision_date + 28) END AS planned_out
  FROM {truth.application} AS a LEFT JOIN {truth.departure} AS d ON d.case_id = a.application_id
  WHERE a.kind = 'ASIEL' AND draw('reception', a.application_id) < CASE WHEN a.repeated THEN .6 ELSE {parameter.reception} END
),
reception AS (
  SELECT *, CASE WHEN next_application < planned_out THEN next_application ELSE planned_out END AS date_out,
         CASE WHEN early THEN 'met onbekende bestemming' WHEN next_application < planned_out THEN 'einde recht' WHEN outcome = 'INW' THEN 'huisvesting' WHEN way = 'zelfstandig' THEN 'zelfstandig vertrek'
              WHEN way = 'gedwongen' THEN 'uitzetting' WHEN way = 'zonder toezicht' THEN 'met onbekende bestemming' ELSE 'einde recht' END AS reason
  FROM spell
),
-- the days of the moves; NULL when the stay had ended by then
moved AS (
  SELECT *, CASE WHEN first_move < date_out THEN first_move END AS move_1,
         CASE WHEN first_move + 150 + CAST(floor(draw('second move', application_id) * 150) AS INTEGER) < date_out AND draw('moves again', application_id) < {parameter.second_move}
              THEN first_move + 150 + CAST(floor(draw('second move', application_id) * 150) AS INTEGER) END AS move_2
  FROM (SELECT *, date_in + 3 + CAST(floor(draw('first move', application_id) * 18) AS INTEGER) AS first_move FROM reception WHERE date_out > date_in)
),
part AS (
  SELECT application_id * 4 AS stay_id, person_id, application_id, true AS registration, date_in, coalesce(move_1, date_out) AS date_out, CASE WHEN move_1 IS NULL THEN reason ELSE 'overplaatsing' END AS reason FROM moved
  UNION ALL
  SELECT application_id * 4 + 1, person_id, application_id, false, move_1, coalesce(move_2, date_out), CASE WHEN move_2 IS NULL THEN reason ELSE 'overplaatsing' END FROM moved WHERE move_1 IS NOT NULL
  UNION ALL
  SELECT application_id * 4 + 2, person_id, application_id, false, move_2, date_out, reason FROM moved WHERE move_2 IS NOT NULL
),
location AS (
  SELECT location, kind, registration, (sum(share) OVER w - share) / sum(share) OVER (PARTITION BY registration) AS lo,
         CASE WHEN row_number() OVER w = count(*) OVER (PARTITION BY registration) THEN 1 ELSE sum(share) OVER w / sum(share) OVER (PARTITION BY registration) END AS hi
  FROM (SELECT location, kind, kind = 'AML' AS registration, CAST(share AS DOUBLE) AS share FROM {table.location}) AS l
  WINDOW w AS (PARTITION BY registration ORDER BY location)
)
SELECT p.stay_id, p.person_id, p.application_id, CAST(p.stay_id AS VARCHAR) AS stay_nr, l.location, l.kind, p.date_in, p.date_out, p.reason
FROM part AS p JOIN location AS l ON l.registration = p.registration AND draw('location', p.stay_id) >= l.lo AND draw('location', p.stay_id) < l.hi
