-- R16: the year in a case number is that of the intake (a year more or less for a case that came back).
SELECT case_id, case_nr, intake_date FROM {truth.criminal_case}
WHERE abs((year(intake_date) - CAST(right(case_nr, 2) AS INTEGER)) % 100) > CASE WHEN intake_kind >= 20 THEN 1 ELSE 0 END
