-- KMAR_BPS, record 02 (§8.2): a suspect from the hearing on, and again when the file goes to the public prosecution service; victims and others with the incident. The prefix stands behind the
-- surname. Suspects and those arrested on a warrant are identified: by a citizen number if they are in the population register, and by the number of criminal justice persons. Others have no number.
WITH version AS (
  SELECT k.*, s.incident_id, k.known AS version_known, CASE WHEN s.suspect_id IS NULL THEN NULL WHEN s.police_outcome = 'HALT' THEN '2' WHEN s.police_outcome NOT LIKE 'OM%' THEN '3' WHEN s.sent_date > k.known THEN '4' ELSE '1' END AS outcome
  FROM {truth.kmar_person} AS k LEFT JOIN {truth.suspect} AS s USING (suspect_id)
  UNION ALL
  SELECT k.*, s.incident_id, s.sent_date, '1' FROM {truth.kmar_person} AS k JOIN {truth.suspect} AS s USING (suspect_id) WHERE s.police_outcome LIKE 'OM%' AND s.sent_date > k.known
)
SELECT v.kmar_person_id AS _id, v.person_id AS _person, v.version_known AS _known,
       replace(v.kmar_nr, '-', '') AS nummer, v.person_nr AS volgnummer, v.role AS rol, p.bsn AS bsn,
       CASE WHEN p.second_skn IS NOT NULL AND draw('which skn', coalesce(v.incident_id, v.kmar_id)) < .5 THEN p.second_skn ELSE p.skn END AS skn,
       left(upper(concat_ws(' ', coalesce(p.surname, t.surname), CASE WHEN p.person_id IS NOT NULL THEN p.prefix ELSE t.prefix END)), 40) AS naam, left(upper(coalesce(p.given_names, t.given_names)), 30) AS voornamen,
       coalesce(p.sex, t.sex) AS geslacht, coalesce(p.birth_date, t.birth_date) AS geboortedatum,
       CASE WHEN CAST(c.nationality_brp AS INTEGER) = 1 OR draw('dutch nationality', p.person_id) < CASE WHEN p.in_brp THEN .6 ELSE .05 END THEN 'NLD' ELSE c.iso3 END AS nationaliteit,
       v.outcome AS afloop
FROM version AS v LEFT JOIN {truth.person} AS p ON p.person_id = v.person_id LEFT JOIN {truth.stranger} AS t ON t.stranger_id = v.kmar_person_id * 2 AND v.person_id IS NULL
  JOIN {table.country} AS c ON CAST(c.country_nr AS INTEGER) = coalesce(p.country_nr, t.country_nr)
WHERE v.version_known <= make_date({to}, 12, 31)
