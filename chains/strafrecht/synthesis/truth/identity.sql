-- Identities in the register of criminal justice persons (§6.13, §8.11): the leading identity under each number, names used beside it, second numbers, and numbers given out by mistake.
-- Only persons who are heard in the window: then the identity is determined, or determined again.
WITH seen AS (
  SELECT person_id, min(greatest(hearing_date, make_date({from}, 1, 1))) AS determined_date, min(incident_id) AS incident_id
  FROM {truth.incident} WHERE hearing_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY person_id
),
person AS (
  SELECT s.person_id, s.determined_date + CASE p.skn_station WHEN 1 THEN 0 WHEN 2 THEN 10 ELSE 60 END AS determined_date, p.skn_station, p.skn, p.second_skn, p.in_brp
  FROM seen AS s JOIN {truth.person} AS p USING (person_id)
),
together AS (
  SELECT person_id * 8 AS identity_id, person_id, skn, 1 AS identity_nr, true AS is_leading, false AS alias, determined_date, skn_station, in_brp FROM person
  UNION ALL
  SELECT person_id * 8 + 1, person_id, skn, 2, false, true, determined_date + 1 + CAST(floor(draw('alias days', person_id) * 60) AS INTEGER), skn_station, in_brp FROM person WHERE draw('alias', person_id) < CASE WHEN in_brp THEN .04 ELSE .20 END
  UNION ALL
  SELECT person_id * 8 + 2, person_id, second_skn, 1, true, false, determined_date + CAST(floor(draw('second skn days', person_id) * 90) AS INTEGER), skn_station, in_brp FROM person WHERE second_skn IS NOT NULL
  UNION ALL
  SELECT person_id * 8 + 3, person_id, concat('7', right(skn, 7)), 1, true, false, determined_date, skn_station, in_brp FROM person WHERE draw('skn by mistake', person_id) < .0005
)
SELECT t.*, CASE WHEN NOT t.in_brp THEN CASE WHEN draw('method', t.identity_id) < .5 THEN 'P4' WHEN draw('method', t.identity_id) < .9 THEN 'P3' ELSE 'P5' END
                 WHEN draw('method', t.identity_id) < .45 THEN 'P1' WHEN draw('method', t.identity_id) < .85 THEN 'P2' WHEN draw('method', t.identity_id) < .995 THEN 'P3' ELSE 'P5' END AS method,
       t.determined_date + CAST(floor(draw('determined hour', t.identity_id) * 1439) AS INTEGER) * INTERVAL 1 MINUTE AS determined_at
FROM together AS t WHERE t.determined_date <= make_date({to}, 12, 31)
