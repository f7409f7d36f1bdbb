-- RVDR_HOGERBEROEP (§8.5): an appeal when lodged, when judged, and after cassation.
WITH version AS (
  SELECT *, appeal_date AS known, 1 AS version FROM {truth.appeal}
  UNION ALL SELECT *, appeal_verdict_date, 2 FROM {truth.appeal}
  UNION ALL SELECT *, supreme_date, 3 FROM {truth.appeal} WHERE cassation
)
SELECT appeal_id AS _id, person_id AS _person, known AS _known, appeal_nr AS "zaaknummerHof", replace(case_nr, '/', '-') AS "zaaknummerEersteAanleg", appeal_court AS hof, appeal_date AS "datumInstellen", party AS partij,
       CASE WHEN version >= 2 THEN appeal_verdict_date END AS "datumArrest", CASE WHEN version >= 2 THEN outcome END AS uitkomst, cassation AND version >= 2 AS cassatie,
       CASE WHEN version = 3 THEN supreme_date END AS "datumHogeRaad", CASE WHEN version = 3 THEN supreme_outcome END AS "uitkomstHogeRaad"
FROM version
WHERE appeal_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) AND known <= make_date({to}, 12, 31)
