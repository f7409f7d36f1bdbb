-- What happens to numbers (§6.13): second numbers are merged, a few wrong merges are split again, numbers given out by mistake are withdrawn.
WITH step AS (SELECT max(CAST(median AS DOUBLE)) AS m, max(CAST(sigma AS DOUBLE)) AS s FROM {table.duration} WHERE step = 'skn_merge'),
first_identity AS (SELECT person_id, skn, determined_date, row_number() OVER (ORDER BY person_id) AS nr FROM {truth.identity} WHERE identity_id % 8 = 0),
-- Two people under one number: of a pair of neighbours the odd one goes into the even one, and out again.
wrong AS (
  SELECT a.person_id, a.skn AS old_skn, b.skn AS new_skn, greatest(a.determined_date, b.determined_date) + 30 + CAST(floor(draw('wrong merge days', a.person_id) * 60) AS INTEGER) AS date
  FROM first_identity AS a JOIN first_identity AS b ON b.nr = a.nr + 1 WHERE a.nr % 2 = 1 AND draw('wrong merge', a.person_id) < .0004
    AND a.person_id NOT IN (SELECT person_id FROM {truth.identity} WHERE identity_id % 8 = 2)  -- nothing is merged into a number that is itself merged away (§10 R14)
),
together AS (
  SELECT i.person_id * 8 + 2 AS change_id, i.person_id, 'SAMENVOEGING' AS kind, i.skn AS old_skn, p.skn AS new_skn,
         i.determined_date + CAST(least(1500, ceil(s.m * exp(s.s * normal(draw('merge', i.person_id))))) AS INTEGER) AS date
  FROM {truth.identity} AS i JOIN {truth.person} AS p USING (person_id), step AS s WHERE i.identity_id % 8 = 2
  UNION ALL
  SELECT person_id * 8, person_id, 'INTREKKING', skn, NULL, determined_date + 30 FROM {truth.identity} WHERE identity_id % 8 = 3
  UNION ALL
  SELECT person_id * 8 + 4, person_id, 'SAMENVOEGING', old_skn, new_skn, date FROM wrong
  UNION ALL
  SELECT person_id * 8 + 5, person_id, 'SPLITSING', new_skn, old_skn, date + 20 + CAST(floor(draw('split days', person_id) * 100) AS INTEGER) FROM wrong
)
SELECT *, date + CAST(floor(draw('change hour', change_id) * 1439) AS INTEGER) * INTERVAL 1 MINUTE AS changed_at FROM together WHERE date <= make_date({to}, 12, 31)
