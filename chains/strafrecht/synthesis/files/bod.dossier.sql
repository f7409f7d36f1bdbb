-- BOD_DOSSIER (§8.3): a dossier when the inquiry starts, when it is sent in, when the public prosecution service has given it a number, or when it is stopped. The first delivery holds what was still running.
WITH version AS (
  SELECT *, greatest(start_date, make_date({from}, 1, 1)) AS known, 'LOPEND' AS state, false AS with_case FROM {truth.bod_dossier} WHERE coalesce(sent_date, stop_date, DATE '9999-01-01') > greatest(start_date, make_date({from}, 1, 1))
  UNION ALL
  SELECT *, sent_date, 'INGEZONDEN', false FROM {truth.bod_dossier} WHERE intake_date > sent_date
  UNION ALL
  SELECT *, intake_date, 'INGEZONDEN', true FROM {truth.bod_dossier} WHERE intake_date IS NOT NULL
  UNION ALL
  SELECT *, stop_date, 'GESTAAKT', false FROM {truth.bod_dossier} WHERE stop_date IS NOT NULL
)
SELECT v.dossier_id AS _id, CAST(NULL AS BIGINT) AS _person, v.known AS _known,
       v.dossier_nr AS "@nr", v.service AS "@dienst", v.start_date AS opgestart, CASE WHEN v.state = 'INGEZONDEN' THEN v.sent_date END AS ingezonden, v.state AS status, v.theme AS "onderzoek/thema",
       CASE WHEN v.with_case THEN v.case_nr END AS parketnummer
FROM version AS v WHERE v.known BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
