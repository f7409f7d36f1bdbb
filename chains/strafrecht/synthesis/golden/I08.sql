-- I08: decisions of the prosecution service by kind; events that are no new decision do not count.
SELECT year(decision_date) AS period, kind AS beslissing, count(*) AS value
FROM {truth.om_decision} WHERE kind <> 'EVENT' AND decision_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
