-- dtv_zaak.json (§17): a departure case as it is handed over and again when the person has left. The first delivery holds the cases that were open then.
WITH version AS (
  SELECT d.*, greatest(handover_date, make_date({from}, 1, 1)) AS known, false AS ended FROM {truth.departure} AS d WHERE departure_date IS NULL OR departure_date > greatest(handover_date, make_date({from}, 1, 1))
  UNION ALL
  SELECT d.*, departure_date, true FROM {truth.departure} AS d WHERE departure_date IS NOT NULL
)
SELECT v.case_id AS _id, v.person_id AS _person, v.known AS _known, v.case_nr AS zaaknr, p.v_number AS vnr, v.handover_date AS overdracht,
       CASE WHEN v.ended THEN v.departure_date END AS "vertrek.datum", CASE WHEN v.ended THEN v.way END AS "vertrek.wijze", p.country AS land
FROM version AS v JOIN {truth.person} AS p USING (person_id)
WHERE (v.departure_date IS NULL OR v.departure_date >= make_date({from}, 1, 1)) AND v.known <= make_date({to}, 12, 31)
