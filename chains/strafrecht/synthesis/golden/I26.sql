-- I26: Halt cases that were taken up, by kind, referrer and result as known at the end of the window.
SELECT year(entry_date) AS period, CASE WHEN closed_date > {complete_to} THEN 'LOPD' WHEN outcome = 'Geslaagd' THEN 'VOLT' ELSE 'MISL' END AS "Resultaat", count(*) AS zaken
FROM {truth.halt_case} WHERE entry_date BETWEEN make_date({from}, 1, 1) AND {complete_to} AND NOT (outcome = 'Niet in behandeling' AND closed_date <= {complete_to}) GROUP BY ALL ORDER BY ALL
