-- Dossiers of the special investigation services (§8.3): one for each legal person that they bring to the public prosecution service, often with a natural person
-- beside it; one for each other natural person; and those that are not (yet) sent in.
WITH step AS (
  SELECT max(CAST(median AS DOUBLE)) FILTER (step = 'bod_inquiry') AS inquiry_m, max(CAST(sigma AS DOUBLE)) FILTER (step = 'bod_inquiry') AS inquiry_s,
         max(CAST(median AS DOUBLE)) FILTER (step = 'bod_stop') AS stop_m, max(CAST(sigma AS DOUBLE)) FILTER (step = 'bod_stop') AS stop_s
  FROM {table.duration}
),
theme AS (
  SELECT theme, service, prefix, CAST(block AS BIGINT) AS block, article, om_article, (sum(CAST(share AS DOUBLE)) OVER w - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER () AS lo, sum(CAST(share AS DOUBLE)) OVER w / sum(CAST(share AS DOUBLE)) OVER () AS hi
  FROM {table.bod_theme} WINDOW w AS (ORDER BY theme ROWS UNBOUNDED PRECEDING)
),
first_case AS (
  SELECT c.case_id, c.case_nr, c.intake_date, l.theme, true AS legal FROM {truth.criminal_case} AS c JOIN {truth.legal_person} AS l USING (person_id) WHERE c.legal AND c.intake_kind = 12
  UNION ALL
  SELECT c.case_id, c.case_nr, c.intake_date, o.theme, false FROM {truth.criminal_case} AS c JOIN {truth.other_service} AS o USING (incident_id) WHERE NOT c.legal AND c.intake_kind = 12
),
-- A natural person beside a company: the company whose case came in last before.
company AS (SELECT *, row_number() OVER (ORDER BY intake_date, case_id) AS nr FROM first_case WHERE legal),
company_day AS (SELECT intake_date, max(nr) AS nr FROM company GROUP BY intake_date),
beside AS (
  SELECT f.case_id, d.nr FROM (SELECT * FROM first_case WHERE NOT legal AND draw('beside a company', case_id) < .55) AS f ASOF JOIN company_day AS d ON f.intake_date >= d.intake_date
  QUALIFY row_number() OVER (PARTITION BY d.nr ORDER BY f.case_id) = 1
),
sent AS (
  SELECT c.case_id, b.case_id AS second_case_id, c.case_nr, c.intake_date, c.theme FROM company AS c LEFT JOIN beside AS b USING (nr)
  UNION ALL
  SELECT case_id, NULL, case_nr, intake_date, theme FROM first_case WHERE NOT legal AND case_id NOT IN (SELECT case_id FROM beside)
),
inquiry AS (
  SELECT s.*, s.intake_date - CAST(floor(draw('dossier sent', s.case_id) * 7) AS INTEGER) AS sent_date,
         CAST(least(1500, greatest(20, ceil(d.inquiry_m * exp(d.inquiry_s * normal(draw('inquiry days', s.case_id)))))) AS INTEGER) AS days
  FROM sent AS s, step AS d
),
started AS (SELECT *, sent_date - days AS start_date FROM inquiry),
-- What is not sent in fills the year up; a quarter of all dossiers is stopped, the others of these run on beyond the window.
filled AS (
  SELECT y.year, CAST(floor({parameter.bod_dossiers_per_year} * {scale} * coalesce(CAST(f.suspects AS DOUBLE), 1) + .5) AS BIGINT) AS all_dossiers, coalesce(n.n, 0) AS sent_dossiers
  FROM unnest(range({from} - 3, {to} + 1)) AS y(year) LEFT JOIN {table.year_factor} AS f ON CAST(f.year AS INTEGER) = y.year LEFT JOIN (SELECT year(start_date) AS year, count(*) AS n FROM started GROUP BY ALL) AS n ON n.year = y.year
),
open_dossier AS (
  SELECT CAST(f.year AS BIGINT) * 10000000 + n.n AS origin, f.year, n.n < floor(.25 * f.all_dossiers) AS stopped FROM filled AS f, unnest(range(0, greatest(0, f.all_dossiers - f.sent_dossiers))) AS n(n)
),
together AS (
  SELECT case_id AS origin, case_id, second_case_id, case_nr, intake_date, theme, start_date, sent_date, CAST(NULL AS DATE) AS stop_date FROM started
  UNION ALL
  SELECT o.origin, NULL, NULL, NULL, NULL, t.theme, o.start_date, NULL,
         CASE WHEN o.stopped THEN o.start_date + CAST(least(2000, greatest(20, ceil(d.stop_m * exp(d.stop_s * normal(draw('dossier stop days', o.origin)))))) AS INTEGER) END
  FROM (SELECT *, make_date(CAST(year AS INTEGER), 1, 1) + CAST(floor(draw('dossier start', origin) * 365) AS INTEGER) AS start_date FROM open_dossier) AS o, step AS d, theme AS t
  WHERE draw('dossier theme', o.origin) >= t.lo AND (draw('dossier theme', o.origin) < t.hi OR t.hi > .9999)
),
numbered AS (
  SELECT g.*, t.service, t.prefix, t.article, t.om_article, row_number() OVER (ORDER BY g.start_date, g.origin) AS dossier_id,
         t.block + row_number() OVER (PARTITION BY t.service, year(g.start_date) ORDER BY g.start_date, g.origin) AS nr
  FROM together AS g JOIN theme AS t USING (theme)
)
SELECT n.dossier_id, concat(n.prefix, '-', lpad(CAST(year(n.start_date) % 100 AS VARCHAR), 2, '0'), '-', lpad(CAST(n.nr AS VARCHAR), 6, '0')) AS dossier_nr, n.service, n.theme, n.article, n.om_article,
       n.start_date, n.sent_date, n.stop_date, n.case_id, n.second_case_id, n.case_nr, n.intake_date,
       -- the facts lie before the inquiry
       n.start_date - 31 - CAST(floor(draw('period end', n.dossier_id) * 60) AS INTEGER) - CAST(floor(draw('period length', n.dossier_id) * 1000) AS INTEGER) AS period_from,
       n.start_date - 1 - CAST(floor(draw('period end', n.dossier_id) * 60) AS INTEGER) AS period_to
FROM numbered AS n
