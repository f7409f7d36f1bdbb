-- I09: cases of which the last decision is a dismissal, by ground.
SELECT year(decision_date) AS period, ground AS "Sepotgrond", count(*) AS sepots
FROM (SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY decision_nr DESC) AS from_last FROM {truth.om_decision} WHERE kind <> 'EVENT' AND decision_date BETWEEN make_date({from}, 1, 1) AND {complete_to})
WHERE from_last = 1 AND kind IN ('SEPO', 'SEPV') GROUP BY ALL ORDER BY ALL
