-- I42: inquiries of the special investigation services that started in the window, by service, theme and state.
SELECT year(start_date) AS period, service AS "Dienst", theme AS "Thema", CASE WHEN sent_date <= {complete_to} THEN 'INGZ' WHEN stop_date <= {complete_to} THEN 'GEST' ELSE 'LOPD' END AS "Stand", count(*) AS onderzoeken
FROM {truth.bod_dossier} WHERE start_date BETWEEN make_date({from}, 1, 1) AND {complete_to} GROUP BY ALL ORDER BY ALL
