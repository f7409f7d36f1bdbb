-- BOD_DOSSIER, feiten (§8.3): with each version of their dossier (bod.dossier).
WITH version AS (
  SELECT dossier_id, greatest(start_date, make_date({from}, 1, 1)) AS known FROM {truth.bod_dossier} WHERE coalesce(sent_date, stop_date, DATE '9999-01-01') > greatest(start_date, make_date({from}, 1, 1))
  UNION
  SELECT d.dossier_id, k.known FROM {truth.bod_dossier} AS d, unnest([d.sent_date, d.intake_date, d.stop_date]) AS k(known) WHERE k.known IS NOT NULL
)
SELECT f.offence_id AS _id, CAST(NULL AS BIGINT) AS _person, v.known AS _known,
       d.dossier_nr AS "dossier@nr", f.offence_nr AS "@volgnr", d.service AS "dossier@dienst", f.article AS artikel, f.period_from AS "periodeVan", f.period_to AS "periodeTot", f.loss AS "nadeelEur"
FROM version AS v JOIN {truth.bod_dossier} AS d USING (dossier_id) JOIN {truth.bod_offence} AS f USING (dossier_id)
WHERE v.known BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
