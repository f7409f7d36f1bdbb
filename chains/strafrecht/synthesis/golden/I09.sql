-- I09: dismissals by ground and group of grounds.
SELECT year(d.decision_date) AS period, g."group" AS sepotgroep, d.ground AS sepotgrond, count(*) AS value
FROM {truth.om_decision} AS d JOIN {table.sepot_ground} AS g ON lpad(CAST(g.ground AS VARCHAR), 2, '0') = d.ground
WHERE d.kind IN ('SEPO', 'SEPV') AND d.decision_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
