-- I26: Halt cases that were taken up, by kind, referrer and result as known at the end of the window.
SELECT year(entry_date) AS period, CASE WHEN closed_date > make_date({to}, 12, 31) THEN 'LOPD' WHEN outcome = 'Geslaagd' THEN 'VOLT' ELSE 'MISL' END AS "Resultaat", count(*) AS zaken
FROM {truth.halt_case} WHERE entry_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) AND NOT (outcome = 'Niet in behandeling' AND closed_date <= make_date({to}, 12, 31)) GROUP BY ALL ORDER BY ALL
