-- R9: remand lies between arrest and irrevocability.
SELECT s.stay_id, s.person_id, s.date_in, s.date_out
FROM {truth.stay} AS s LEFT JOIN {truth.criminal_case} AS c ON c.case_nr = s.case_nr LEFT JOIN {truth.incident} AS i ON i.incident_id = c.incident_id
WHERE s.kind = 'VH' AND (i.incident_id IS NULL OR c.person_id <> s.person_id OR s.date_in < i.hearing_date OR s.date_out > s.final_date OR s.final_date <> c.final_date)
