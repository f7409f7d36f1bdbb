-- Insluiting: one row per entry into an institution: the first part of a detention. From the first day on which the institutions
-- told of changes: of those who came in before that only who still stayed is known.
WITH delen AS (
  SELECT v.insluitnummer, v.segment, v.persoon, v.geslacht, v.geboortejaar, v.datum_in, v.detentietitel, v.inrichting, v.wijze_van_binnenkomst,
         ROW_NUMBER() OVER (PARTITION BY v.insluitnummer ORDER BY v.datum_in ASC NULLS LAST, v.segment ASC NULLS LAST) AS volgorde
  FROM {entity.verblijf} AS v
),
grens AS (
  SELECT MIN(d.mutatiedatum) AS eerste FROM {dji.verblijf} AS d
)
SELECT e.insluitnummer, e.persoon, e.geslacht, e.geboortejaar, e.datum_in, e.detentietitel, e.inrichting, e.wijze_van_binnenkomst
FROM delen AS e
CROSS JOIN grens
WHERE e.volgorde = 1 AND e.datum_in >= grens.eerste
