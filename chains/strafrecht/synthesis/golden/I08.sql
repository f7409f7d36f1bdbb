-- I08: the last decision of the prosecution service in each case by kind; events that are no new decision do not count.
SELECT year(decision_date) AS period, kind AS "Beslissing", count(*) AS beslissingen
FROM (SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY decision_nr DESC) AS from_last FROM {truth.om_decision} WHERE kind <> 'EVENT' AND decision_date BETWEEN make_date({from}, 1, 1) AND {complete_to})
WHERE from_last = 1 GROUP BY ALL ORDER BY ALL
