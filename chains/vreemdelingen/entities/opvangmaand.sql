-- Opvangmaand: one row per stay and month in which it has a night, with the number of nights, and their share of the
-- nights of the month: summed over stays that is the average number of places taken per day.
WITH deel AS (
  SELECT d.eerste_dag, d.laatste_dag, d.dagen AS dagen_in_maand, v.verblijfnr, v.persoon, v.locatie,
         CASE WHEN v.datum_in > d.eerste_dag THEN v.datum_in ELSE d.eerste_dag END AS eerste_nacht,
         CASE WHEN v.datum_uit <= d.laatste_dag THEN v.datum_uit ELSE p_add_days(d.laatste_dag, 1) END AS uit
  FROM {entity.maand} AS d
  JOIN {entity.verblijf} AS v ON v.datum_in <= d.laatste_dag AND (v.datum_uit IS NULL OR v.datum_uit > d.eerste_dag)
  WHERE d.organisatie = 'coa'
)
SELECT eerste_dag AS maand,
       verblijfnr,
       persoon,
       locatie,
       p_days(eerste_nacht, uit) AS nachten,
       CAST(p_ratio(p_days(eerste_nacht, uit), dagen_in_maand) AS DECIMAL(18,6)) AS plaatsen
FROM deel
WHERE uit > eerste_nacht
