-- coa_verblijf.tsv (§17): a stay as it begins and again when it has ended. The first delivery holds who was already there.
WITH version AS (
  SELECT s.*, greatest(date_in, make_date({from}, 1, 1)) AS known, false AS ended FROM {truth.stay} AS s WHERE date_out > greatest(date_in, make_date({from}, 1, 1))
  UNION ALL
  SELECT s.*, date_out, true FROM {truth.stay} AS s
)
SELECT v.stay_id AS _id, v.person_id AS _person, v.known AS _known, v.stay_nr AS verblijfnr, p.v_number AS v_nummer, v.location AS locatie, v.date_in AS "in",
       CASE WHEN v.ended THEN v.date_out END AS uit, CASE WHEN v.ended THEN v.reason END AS reden
FROM version AS v JOIN {truth.person} AS p USING (person_id)
WHERE v.date_out >= make_date({from}, 1, 1) AND v.known <= make_date({to}, 12, 31)
