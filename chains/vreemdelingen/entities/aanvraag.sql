-- Aanvraag: one row per application. What happened before the deliveries begin is known of pending applications only and
-- does not count: ingestroomd_op and beslist_op are then empty.
-- Within the norm is a decision at the latest on the same day of the month, six calendar months after the application.
WITH maanden AS (
  SELECT a.*,
         (p_year(a.datum_beslissing) - p_year(a.datum_aanvraag)) * 12 + p_month(a.datum_beslissing) - p_month(a.datum_aanvraag) AS verschil,
         p_days(p_date_of(p_year(a.datum_aanvraag), p_month(a.datum_aanvraag), 1), a.datum_aanvraag) AS dag_aanvraag,
         p_days(p_date_of(p_year(a.datum_beslissing), p_month(a.datum_beslissing), 1), a.datum_beslissing) AS dag_beslissing
  FROM {ind.aanvraag} AS a
)
SELECT m.aanvraagnr,
       m._person AS persoon,
       CASE WHEN m.soort = 'ASIEL' AND m.hasa THEN 'ASIELH' WHEN m.soort = 'ASIEL' THEN 'ASIEL1' ELSE m.soort END AS soort,
       m.datum_aanvraag,
       CASE WHEN m.datum_aanvraag >= w.vanaf THEN m.datum_aanvraag END AS ingestroomd_op,
       m.datum_beslissing,
       CASE WHEN m.datum_beslissing >= w.vanaf THEN m.datum_beslissing END AS beslist_op,
       m.uitkomst,
       m.datum_beroep,
       p_days(m.datum_aanvraag, m.datum_beslissing) AS dagen_tot_beslissing,
       CASE WHEN m.verschil < 6 OR (m.verschil = 6 AND m.dag_beslissing <= m.dag_aanvraag) THEN 'BINNEN'
            WHEN m.datum_beslissing IS NOT NULL THEN 'BUITEN' END AS termijn
FROM maanden AS m
CROSS JOIN (SELECT vanaf FROM {entity.waarneming} WHERE organisatie = 'ind') AS w
