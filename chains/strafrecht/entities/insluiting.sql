-- Insluiting: one row per entry into an institution: the first part of a detention. From the first day of the first
-- delivery: of those who came in before that only who still stayed is known.
WITH delen AS (
  SELECT v.insluitnummer, v.segment, v.persoon, v.geslacht, v.geboortejaar, v.datum_in, v.detentietitel, v.inrichting, v.wijze_van_binnenkomst,
         ROW_NUMBER() OVER (PARTITION BY v.insluitnummer ORDER BY v.datum_in ASC NULLS LAST, v.segment ASC NULLS LAST) AS volgorde
  FROM {entity.verblijf} AS v
),
grens AS (
  -- Deliveries are monthly and known in the month after their own.
  SELECT p_date_of(p_year(p_add_days(k.bekend, -1)), p_month(p_add_days(k.bekend, -1)), 1) AS eerste
  FROM (SELECT p_date_of(p_year(MIN(_known_from)), p_month(MIN(_known_from)), 1) AS bekend FROM {dji.verblijf}) AS k
)
SELECT e.insluitnummer, e.persoon, e.geslacht, e.geboortejaar, e.datum_in, e.detentietitel, e.inrichting, e.wijze_van_binnenkomst
FROM delen AS e
CROSS JOIN grens
WHERE e.volgorde = 1 AND e.datum_in >= grens.eerste
