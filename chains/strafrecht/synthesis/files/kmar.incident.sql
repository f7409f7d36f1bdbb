-- KMAR_BPS, record 01 (§8.2): an incident of the window when it is registered, and again when it is cleared. All incidents are delivered, crimes or not. The number without its hyphen fits 13 positions.
WITH version AS (
  SELECT *, date AS known, coalesce(cleared_date <= date, false) AS cleared FROM {truth.kmar_incident}
  UNION ALL
  SELECT *, cleared_date, true FROM {truth.kmar_incident} WHERE cleared_date > date
)
SELECT v.kmar_id AS _id, CAST(NULL AS BIGINT) AS _person, v.known AS _known,
       replace(v.kmar_nr, '-', '') AS nummer, v.code AS code, v.date AS datum,
       concat(lpad(CAST(CAST(floor(24 * pow(draw('kmar hour', v.kmar_id), .8)) AS INTEGER) AS VARCHAR), 2, '0'), lpad(CAST(CAST(floor(60 * draw('kmar minute', v.kmar_id)) AS INTEGER) AS VARCHAR), 2, '0')) AS tijd,
       v.municipality AS gemeente, v.brigade AS brigade, v.attempt AS poging, v.cleared AS opgehelderd, CASE WHEN v.cleared THEN v.cleared_date END AS datum_opheldering, v.description AS omschrijving
FROM version AS v WHERE v.known <= make_date({to}, 12, 31)
