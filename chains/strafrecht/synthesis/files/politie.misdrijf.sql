-- POL_MISDRIJF (§8.1): a crime as it is known at first registration, and again when it is cleared or stopped.
WITH crime AS (
  SELECT c.*, k.description, c.reported_date AS first_known, draw('end of inquiry', c.report_id) AS u_end,
         c.reported_date + 60 + CAST(floor(draw('days to stop', c.report_id) * 120) AS INTEGER) AS stop_date
  FROM {truth.crime} AS c JOIN {table.crime} AS k ON CAST(k.crime_nr AS INTEGER) = c.crime_nr
  WHERE NOT c.kmar AND c.reported_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
),
reason AS (
  SELECT CAST(code AS VARCHAR) AS code, (sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(code AS INTEGER)) - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER () AS lo,
         sum(CAST(share AS DOUBLE)) OVER (ORDER BY CAST(code AS INTEGER)) / sum(CAST(share AS DOUBLE)) OVER () AS hi
  FROM {table.stop_reason}
),
-- The desk for online fraud (L) takes these reports and no others.
channel AS (
  SELECT code, (sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER () AS lo, sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) / sum(CAST(share AS DOUBLE)) OVER () AS hi
  FROM {table.aard_kennisname} WHERE code <> 'L'
),
-- 1: first registration; 2: cleared later; 3: stopped later.
version AS (
  SELECT *, first_known AS known, coalesce(cleared_date <= first_known, false) AS cleared,
         CASE WHEN cleared_date <= first_known THEN 'A' WHEN cleared_date IS NULL AND u_end < .62 THEN 'V' ELSE 'O' END AS status FROM crime
  UNION ALL
  SELECT *, cleared_date, true, 'A' FROM crime WHERE cleared_date > first_known
  UNION ALL
  SELECT *, stop_date, false, 'S' FROM crime WHERE cleared_date IS NULL AND u_end BETWEEN .62 AND .74
)
SELECT v.crime_id AS _id, CAST(NULL AS BIGINT) AS _person, v.known AS _known,
       v.registration_nr AS REGISTRATIENR, v.offence_nr AS VOLGNR_FEIT, v.mk AS MK_CODE, v.description AS MK_OMS, v.attempt AS POGING, v.reported_date AS DATUM_KENNISNAME,
       CAST(v.offence_date AS TIMESTAMP) + CASE WHEN draw('time known', v.report_id) < .22 THEN INTERVAL 0 MINUTE
         ELSE to_minutes(CAST(floor(1440 * pow(draw('hour', v.report_id), .75)) AS INTEGER)) END AS PLEEG_VAN,
       CASE WHEN v.reported_date > v.offence_date AND draw('period', v.report_id) < .4
         THEN CAST(v.offence_date + CAST(floor(draw('period days', v.report_id) * least(14, v.reported_date - v.offence_date)) AS INTEGER) AS TIMESTAMP) + INTERVAL '23 hours 59 minutes' END AS PLEEG_TOT,
       CASE WHEN v.mk = 'F636' AND v.reported_date >= DATE '2015-06-01' THEN 'L' ELSE c.code END AS AARD_KENNISNAME,
       CASE WHEN draw('place unknown', v.report_id) < CASE WHEN v.scm LIKE '12%' OR v.scm = '224' THEN .02 ELSE .011 END THEN '9999' ELSE v.municipality END AS PLEEG_GEM,
       CASE WHEN draw('postcode of the crime', v.report_id) < .8 THEN CAST(1000 + (CAST(v.municipality AS INTEGER) * 37 + CAST(floor(draw('part of town', v.report_id) * 40) AS INTEGER)) % 8999 AS VARCHAR) END AS PLEEG_PC4,
       lpad(CAST(v.unit AS VARCHAR), 2, '0') AS EENHEID_MELD, lpad(CAST(v.unit AS VARCHAR), 2, '0') AS EENHEID_PLEEG,
       concat(lpad(CAST(v.unit AS VARCHAR), 2, '0'), 'BT', lpad(CAST(1 + CAST(floor(draw('team', v.report_id) * 17) AS INTEGER) AS VARCHAR), 2, '0')) AS BASISTEAM,
       v.cyber AS CYBER, v.domestic AS HG, v.cleared AS OPGEHELDERD, CASE WHEN v.cleared THEN v.cleared_date END AS DAT_OPGEH,
       CASE WHEN draw('damage known', v.crime_id) >= .35 THEN CAST(round(least(2000000, CASE WHEN v.scm LIKE '1%' THEN 240 WHEN v.scm LIKE '2%' THEN 350 ELSE 120 END * exp(1.3 * normal(draw('damage', v.crime_id))))) AS DECIMAL(18, 2)) END AS SCHADE_EUR,
       v.status AS STATUS, CASE WHEN v.status IN ('V', 'S') THEN r.code END AS REDEN_STOP
FROM version AS v
  JOIN reason AS r ON draw('reason to stop', v.report_id) >= r.lo AND (draw('reason to stop', v.report_id) < r.hi OR r.hi > .99999)
  JOIN channel AS c ON draw('channel', v.report_id) >= c.lo AND (draw('channel', v.report_id) < c.hi OR c.hi > .99999)
WHERE v.known <= make_date({to}, 12, 31)
