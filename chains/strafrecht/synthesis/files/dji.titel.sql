-- DJI_TITEL (§8.7): the legal grounds of a detention; remand has several in turn.
WITH stay AS (
  SELECT s.*, 100000000 + s.detention_nr AS detention, t.duration, t.unit, t.custody_days
  FROM {truth.stay} AS s LEFT JOIN {truth.sanction} AS t ON t.sanction_id = s.sanction_id
  WHERE s.date_out >= make_date({from}, 1, 1) AND s.date_in <= make_date({to}, 12, 31)
),
title AS (
  SELECT *, 1 AS ord, 'Bewaring' AS title, date_in AS title_in, least(date_out, date_in + 14) AS title_out FROM stay WHERE kind = 'VH'
  UNION ALL SELECT *, 2, 'Gevangenhouding', date_in + 14, CASE WHEN verdict_date > date_in + 14 THEN least(date_out, verdict_date) ELSE date_out END FROM stay WHERE kind = 'VH' AND date_out > date_in + 14
  UNION ALL SELECT *, 3, 'Voorlopige hechtenis appel', verdict_date, date_out FROM stay WHERE kind = 'VH' AND verdict_date > date_in + 14 AND date_out > verdict_date
  UNION ALL SELECT *, 4, CASE kind WHEN 'VS' THEN 'Gevangenisstraf' WHEN 'JDET' THEN 'Gevangenisstraf' WHEN 'ISD' THEN 'ISD' WHEN 'VVHT' THEN 'Vervangende hechtenis taakstraf' WHEN 'VVHB' THEN 'Vervangende hechtenis geldboete'
      WHEN 'VVHS' THEN 'Vervangende hechtenis schadevergoeding' ELSE 'Gijzeling Wahv' END, date_in, date_out FROM stay WHERE kind <> 'VH'
),
numbered AS (SELECT *, CAST(row_number() OVER (PARTITION BY detention ORDER BY title_in, part_nr, ord) AS BIGINT) AS nr FROM title),
version AS (
  SELECT *, greatest(title_in, make_date({from}, 1, 1)) AS known, false AS ended FROM numbered WHERE title_out > greatest(title_in, make_date({from}, 1, 1))
  UNION ALL SELECT *, title_out, true FROM numbered
)
SELECT v.stay_id AS _id, v.person_id AS _person, v.known AS _known, CAST(v.detention AS VARCHAR) AS Insluitnummer, v.nr AS Titelnr, v.case_nr AS Parketnummer, v.title AS Titelsoort,
       CASE WHEN v.kind IN ('VS', 'JDET') THEN CAST(v.custody_days AS BIGINT) WHEN v.kind = 'ISD' THEN 730 WHEN v.kind LIKE 'VVH%' OR v.kind = 'GIJ' THEN CAST(v.date_out - v.date_in AS BIGINT) END AS "Strafduur dagen",
       v.title_in AS Ingang, CASE WHEN v.ended THEN v.title_out END AS Einde,
       CASE WHEN v.scm IS NULL THEN NULL WHEN v.scm LIKE '33%' THEN 'Zeden' WHEN v.scm = '34' THEN 'Levensdelict' WHEN v.scm LIKE '3%' THEN 'Geweld' WHEN v.scm IN ('111', '15') THEN 'Diefstal met geweld' WHEN v.scm = '112' THEN 'Diefstal/inbraak' WHEN v.scm LIKE '1%' THEN 'Vermogen overig'
            WHEN v.scm LIKE '2%' THEN 'Vernieling/openbare orde' WHEN v.scm IN ('61', '63') THEN 'Drugs hard' WHEN v.scm = '62' THEN 'Drugs soft' WHEN v.scm = '7' THEN 'Wapens' WHEN v.scm LIKE '5%' THEN 'Verkeer' ELSE 'Overig' END AS Delict
FROM version AS v
WHERE v.known <= make_date({to}, 12, 31) AND v.title_in <= make_date({to}, 12, 31)
