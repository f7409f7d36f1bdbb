-- R17: a suspect is twelve years or older at the offence.
SELECT s.suspect_id, s.person_id, c.offence_date, p.birth_date
FROM {truth.suspect} AS s JOIN {truth.person} AS p USING (person_id) JOIN {truth.incident} AS i USING (incident_id) JOIN {truth.crime} AS c USING (crime_id)
WHERE i.first_offence < p.birth_date + INTERVAL 12 YEAR OR c.offence_date < p.birth_date + INTERVAL 12 YEAR
