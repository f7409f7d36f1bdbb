-- ind_aanvraag.csv (§17): an application as it comes in, again when it is decided and when an appeal is lodged. The first delivery holds what was pending then.
WITH version AS (
  SELECT a.*, greatest(application_date, make_date({from}, 1, 1)) AS known, 1 AS step FROM {truth.application} AS a WHERE decision_date > greatest(application_date, make_date({from}, 1, 1))
  UNION ALL
  SELECT a.*, decision_date, 2 FROM {truth.application} AS a
  UNION ALL
  SELECT a.*, appeal_date, 3 FROM {truth.application} AS a WHERE appeal_date IS NOT NULL
)
SELECT v.application_id AS _id, v.person_id AS _person, v.known AS _known, p.v_number AS v_nummer, v.application_nr AS aanvraagnr, v.kind AS soort, v.application_date AS datum_aanvraag,
       CASE WHEN v.step > 1 THEN v.decision_date END AS datum_beslissing, CASE WHEN v.step > 1 THEN v.outcome END AS uitkomst, v.repeated AS hasa, CASE WHEN v.step > 2 THEN v.appeal_date END AS datum_beroep
FROM version AS v JOIN {truth.person} AS p USING (person_id)
WHERE v.decision_date >= make_date({from}, 1, 1) AND v.known <= make_date({to}, 12, 31)
