-- Registrations of suspects (§5, §6.2, §6.3): a registration whose incident did take place.
WITH base AS (
  SELECT r.registration_id AS suspect_id, r.crime_id, r.person_id, r.incident_id, r.n, r.co_suspect, r.unit, c.registration_nr, c.offence_nr, c.crime_nr, c.scm, c.reported_date, c.kmar,
         i.hearing_date, i.sent_date, i.age,
         -- beside the heaviest suspicion others may stay with the police (§6.3)
         CASE WHEN i.to_om AND r.registration_id <> i.heaviest_registration AND draw('police', r.registration_id) < CASE WHEN i.youth THEN {parameter.not_sent_youth} ELSE {parameter.not_sent_adult} END
              THEN CASE WHEN draw('police', r.registration_id) < CASE WHEN i.youth THEN .75 * {parameter.not_sent_youth} ELSE .29 * {parameter.not_sent_adult} END THEN 'REPR' WHEN draw('police dismissal', r.registration_id) < .5 THEN 'PSEP' ELSE 'ONVB' END
              ELSE i.police_outcome END AS police_outcome,
         draw('local number', r.person_id * 100 + r.unit) < .04 AND draw('other local number', r.incident_id) < .5 AS other_number
  FROM {truth.registration} AS r JOIN {truth.incident} AS i USING (incident_id) JOIN {truth.crime} AS c ON c.crime_id = r.crime_id
)
SELECT suspect_id, crime_id, person_id, incident_id, registration_nr, offence_nr, CAST(row_number() OVER (PARTITION BY crime_id ORDER BY co_suspect, hearing_date, suspect_id) AS BIGINT) AS suspect_nr,
       co_suspect, unit, crime_nr, scm, kmar, reported_date, hearing_date, CASE WHEN police_outcome IN ('OMZM', 'OMRG') THEN sent_date END AS sent_date, police_outcome, age,
       -- one number per unit, and for some two (§8.1)
       concat(lpad(CAST(unit AS VARCHAR), 2, '0'), lpad(CAST(dense_rank() OVER (PARTITION BY unit ORDER BY person_id, other_number) AS VARCHAR), 7, '0')) AS local_number
FROM base
