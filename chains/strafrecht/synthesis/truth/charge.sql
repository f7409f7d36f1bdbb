-- Charges (§6.4, §8.4): one per registration of the incident; some with an alternative charge; legal persons one or two. Each has the number under which the police, the Royal
-- Marechaussee or a special investigation service registered it; what other bodies bring in has none.
WITH crime AS (
  SELECT CAST(crime_nr AS INTEGER) AS crime_nr, mk, CAST(scm AS VARCHAR) AS scm, description, article, article_before_2024, CAST(article_part AS VARCHAR) AS article_part, CAST(max_years AS DOUBLE) AS max_years FROM {table.crime}
),
-- Cases of the special investigation services: their dossier, and when in its period the facts were committed.
bod_case AS (
  SELECT case_id, dossier_nr, om_article, period_to - CAST(floor(draw('offence in period', case_id) * (period_to - period_from)) AS INTEGER) AS offence_date
  FROM (SELECT case_id, dossier_nr, om_article, period_from, period_to FROM {truth.bod_dossier} WHERE case_id IS NOT NULL UNION ALL SELECT second_case_id, dossier_nr, NULL, period_from, period_to FROM {truth.bod_dossier} WHERE second_case_id IS NOT NULL)
),
natural_charge AS (
  SELECT c.case_id, c.person_id, s.suspect_id, s.crime_id, s.crime_nr, s.registration_nr, k.offence_date, k.municipality, k.attempt, s.co_suspect, false AS subsidiary, c.intake_date, c.stream, CASE WHEN k.kmar_code = '1801' THEN 'WMSR114' END AS own_article
  FROM {truth.criminal_case} AS c JOIN {truth.suspect} AS s ON s.incident_id = c.incident_id JOIN {truth.crime} AS k ON k.crime_id = s.crime_id
  WHERE NOT c.legal AND s.police_outcome LIKE 'OM%'
),
legal_charge AS (
  SELECT c.case_id, c.person_id, CAST(NULL AS BIGINT) AS suspect_id, CAST(NULL AS BIGINT) AS crime_id, c.crime_nr, b.dossier_nr AS registration_nr,
         coalesce(b.offence_date, c.offence_date) AS offence_date, CAST(NULL AS VARCHAR) AS municipality, false AS attempt, draw('legal together', c.person_id) < .4 AS co_suspect, false AS subsidiary, c.intake_date, c.stream, t.om_article AS own_article
  FROM {truth.criminal_case} AS c JOIN {truth.legal_person} AS l USING (person_id) JOIN {table.bod_theme} AS t USING (theme) LEFT JOIN bod_case AS b ON b.case_id = c.case_id, unnest(range(0, 1 + CAST(floor(draw('legal charges', c.person_id) * 2) AS BIGINT))) AS n(n)
  WHERE c.legal
),
bod_charge AS (
  SELECT c.case_id, c.person_id, r.registration_id AS suspect_id, CAST(NULL AS BIGINT) AS crime_id, r.crime_nr, b.dossier_nr AS registration_nr, b.offence_date, CAST(NULL AS VARCHAR) AS municipality, false AS attempt, false AS co_suspect, false AS subsidiary, c.intake_date, c.stream, t.om_article AS own_article
  FROM {truth.criminal_case} AS c JOIN {truth.other_service} AS o USING (incident_id) JOIN {truth.incident} AS i USING (incident_id) JOIN {truth.registration} AS r ON r.registration_id = i.heaviest_registration
    JOIN bod_case AS b ON b.case_id = coalesce(c.previous_case_id, c.case_id) JOIN {table.bod_theme} AS t ON t.theme = o.theme
  WHERE NOT c.legal AND o.service = 'BOD'
),
-- An alternative charge: a lighter reading of the same facts.
alternative AS (
  SELECT n.* REPLACE (CASE k.article WHEN 'SR302' THEN light.assault WHEN 'SR287' THEN light.grievous WHEN 'SR312' THEN light.theft WHEN 'SR311' THEN light.theft ELSE light.handling END AS crime_nr, true AS subsidiary)
  FROM natural_charge AS n JOIN crime AS k USING (crime_nr),
       (SELECT max(crime_nr) FILTER (mk = 'F550') AS assault, max(crime_nr) FILTER (mk = 'F551') AS grievous, max(crime_nr) FILTER (mk = 'A90') AS theft, max(crime_nr) FILTER (mk = 'A81') AS handling FROM crime) AS light
  WHERE k.article IN ('SR302', 'SR287', 'SR312', 'SR311', 'SR310') AND draw('alternative', n.suspect_id) < .15 AND k.mk <> 'A90'
),
together AS (
  SELECT * FROM natural_charge UNION ALL SELECT * FROM legal_charge UNION ALL SELECT * FROM bod_charge UNION ALL SELECT * FROM alternative
),
numbered AS (
  SELECT t.*, k.article, k.article_before_2024, k.article_part, k.max_years, k.description, k.scm,
         row_number() OVER (PARTITION BY t.case_id ORDER BY t.subsidiary, t.suspect_id NULLS LAST, t.crime_nr) AS charge_nr
  FROM together AS t JOIN crime AS k USING (crime_nr)
)
SELECT case_id * 64 + charge_nr AS charge_id, case_id, person_id, suspect_id, crime_id, charge_nr,
       coalesce(own_article, CASE WHEN offence_date < DATE '2024-07-01' THEN article_before_2024 ELSE article END) AS article, article_part, description, scm, crime_nr, registration_nr, offence_date, municipality,
       max_years, attempt, co_suspect, subsidiary,
       -- 2% come without the number of a registration (§10 R3)
       registration_nr IS NULL OR draw('charge without number', case_id * 64 + charge_nr) < {parameter.charge_without_number} AS unnumbered,
       -- the heaviest by the statutory maximum, an attempt counting for two thirds (§9.5)
       row_number() OVER (PARTITION BY case_id ORDER BY subsidiary, max_years * CASE WHEN attempt THEN 2.0 / 3 ELSE 1 END DESC, scm, charge_nr) AS weight_order
FROM numbered
