-- Opsporingsonderzoek: one row per inquiry of a special investigation service, from the first day of the first delivery: of
-- those that started before that only who was still running is known.
WITH grens AS (
  -- Deliveries are quarterly and known in the month after their own quarter.
  SELECT p_date_of(p_year(k.dag), (p_quarter(k.dag) - 1) * 3 + 1, 1) AS eerste
  FROM (SELECT p_add_days(p_date_of(p_year(MIN(_known_from)), p_month(MIN(_known_from)), 1), -1) AS dag FROM {bod.dossier}) AS k
)
SELECT d.dossiernr,
       d.dienst,
       d.thema,
       d.scm2010,
       d.opgestart,
       d.ingezonden,
       d.stand,
       d.parketnr,
       CASE WHEN d.ingezonden IS NOT NULL THEN p_days(d.opgestart, d.ingezonden) END AS dagen_tot_inzending
FROM {bod.dossier} AS d
CROSS JOIN grens
WHERE d.opgestart >= grens.eerste
