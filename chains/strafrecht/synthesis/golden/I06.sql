-- I06: what became of the crimes of the window, as known at its end: cleared, stopped at once or later (§8.1; the Royal Marechaussee does not say that it stops), or still being handled.
SELECT year(reported_date) AS period,
       CASE WHEN cleared_date <= {complete_to} THEN 'OPGE' WHEN kmar THEN 'LOPD' WHEN cleared_date IS NULL AND u_end < .62 THEN 'STOP' WHEN cleared_date IS NULL AND u_end <= .74 AND stop_date <= {complete_to} THEN 'STOP' ELSE 'LOPD' END AS "Afhandeling", count(*) AS misdrijven
FROM (SELECT *, draw('end of inquiry', report_id) AS u_end, reported_date + 60 + CAST(floor(draw('days to stop', report_id) * 120) AS INTEGER) AS stop_date FROM {truth.crime} WHERE reported_date BETWEEN make_date({from}, 1, 1) AND {complete_to} AND counts)
GROUP BY ALL ORDER BY ALL
