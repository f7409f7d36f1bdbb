-- I07: intake of cases by kind of intake, stream and ZSM.
SELECT year(intake_date) AS period,
       CASE intake_kind WHEN 10 THEN 'NWPO' WHEN 11 THEN 'NWKM' WHEN 12 THEN 'NWBO' WHEN 13 THEN 'NWOV' WHEN 20 THEN 'HIVZ' WHEN 21 THEN 'HINE' WHEN 30 THEN 'HIHB' WHEN 31 THEN 'HI12' WHEN 40 THEN 'OP' END AS "Instroom",
       stream AS "Zaakstroom", CASE WHEN zsm THEN 'J' ELSE 'N' END AS "ZSM", count(*) AS zaken
FROM {truth.criminal_case} WHERE intake_date BETWEEN make_date({from}, 1, 1) AND {complete_to} GROUP BY ALL ORDER BY ALL
