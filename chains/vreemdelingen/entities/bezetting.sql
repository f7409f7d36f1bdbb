-- Bezetting: one row per person and month at the end of which the person is in reception. Of overlapping stays the one
-- that began last counts; a person who leaves on the day itself does not.
WITH aanwezig AS (
  SELECT d.laatste_dag AS peildatum, v.verblijfnr, v.persoon, v.locatie, v.datum_in,
         ROW_NUMBER() OVER (
           PARTITION BY d.laatste_dag, v.persoon
           ORDER BY v.datum_in DESC NULLS LAST, v.locatie ASC NULLS LAST, v.verblijfnr DESC NULLS LAST
         ) AS volgorde
  FROM {entity.maand} AS d
  JOIN {entity.verblijf} AS v ON v.datum_in <= d.laatste_dag AND (v.datum_uit IS NULL OR v.datum_uit > d.laatste_dag)
  WHERE d.organisatie = 'coa'
)
SELECT peildatum,
       persoon,
       verblijfnr,
       locatie,
       p_days(datum_in, peildatum) AS dagen_binnen
FROM aanwezig
WHERE volgorde = 1
