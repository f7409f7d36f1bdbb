-- Toezichtgebeurtenis: one row per start and one per end of supervision by the probation service, from the first day of the
-- first delivery: what started before that is known in part only.
WITH toezicht AS (
  SELECT t.trajectnr, t.persoon, t.geslacht, t.traject, t.kader, t.start, t.eind, t.resultaat
  FROM {entity.traject} AS t
  WHERE t.traject IN ('TOEG', 'TOEE', 'TOEV', 'TOEP', 'TOES')
),
gebeurtenis AS (
  SELECT trajectnr, persoon, geslacht, traject, kader, 'BEG' AS gebeurtenis, start AS datum, CAST(NULL AS VARCHAR) AS resultaat FROM toezicht WHERE start IS NOT NULL
  UNION ALL
  SELECT trajectnr, persoon, geslacht, traject, kader, 'EIND', eind, resultaat FROM toezicht WHERE eind IS NOT NULL
),
grens AS (
  -- Deliveries are monthly and known in the month after their own.
  SELECT p_date_of(p_year(p_add_days(k.bekend, -1)), p_month(p_add_days(k.bekend, -1)), 1) AS eerste
  FROM (SELECT p_date_of(p_year(MIN(_known_from)), p_month(MIN(_known_from)), 1) AS bekend FROM {reclassering.product}) AS k
)
SELECT g.trajectnr, g.persoon, g.geslacht, g.traject, g.kader, g.gebeurtenis, g.datum, g.resultaat
FROM gebeurtenis AS g
CROSS JOIN grens
WHERE g.datum >= grens.eerste
