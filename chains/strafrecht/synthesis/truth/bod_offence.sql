-- Facts in a dossier (§8.3): that of its theme, that of the second case, sometimes forgery or money laundering beside it.
WITH theme AS (SELECT theme, article FROM {table.bod_theme}),
together AS (
  SELECT dossier_id, 1 AS part, article, period_from, period_to FROM {truth.bod_dossier}
  UNION ALL
  SELECT d.dossier_id, 2, t.article, d.period_from, d.period_to
  FROM {truth.bod_dossier} AS d JOIN {truth.criminal_case} AS c ON c.case_id = d.second_case_id JOIN {truth.other_service} AS o ON o.incident_id = c.incident_id JOIN theme AS t ON t.theme = o.theme WHERE t.article <> d.article
  UNION ALL
  SELECT dossier_id, 3, CASE WHEN article = 'Sr 225' OR draw('kind of other fact', dossier_id) < .4 THEN 'Sr 420bis' ELSE 'Sr 225' END, period_from + CAST(floor(draw('other fact', dossier_id) * (period_to - period_from)) AS INTEGER), period_to
  FROM {truth.bod_dossier} WHERE article <> 'Sr 420bis' AND second_case_id IS NULL AND draw('facts', dossier_id) < .35
)
SELECT t.dossier_id * 4 + t.part AS offence_id, t.dossier_id, CAST(row_number() OVER (PARTITION BY t.dossier_id ORDER BY t.part) AS BIGINT) AS offence_nr, t.article, t.period_from, t.period_to,
       CASE WHEN draw('loss known', t.dossier_id * 4 + t.part) >= .3 THEN CAST(round(least(90000000, 60000 * exp(1.6 * normal(draw('loss', t.dossier_id * 4 + t.part))))) AS DECIMAL(18, 2)) END AS loss
FROM together AS t
