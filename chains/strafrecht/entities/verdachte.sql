-- Verdachte: one row per person and year in which that person was registered as a suspect at least once. Sex and year of birth are
-- those of the latest registration of the year; of one day, the one that knows the sex. per_tienduizend is what a suspect adds to the number per ten thousand inhabitants
-- of twelve years and older in that year, so that it may be summed.
WITH registraties AS (
  SELECT v.persoon, v.geslacht, v.geboortejaar, p_year(v.registratiedatum) AS jaar,
         ROW_NUMBER() OVER (
           PARTITION BY v.persoon, p_year(v.registratiedatum)
           -- A pseudonym comes last: what it would decide, another key would decide otherwise.
           ORDER BY v.registratiedatum DESC NULLS LAST, CASE WHEN v.geslacht = 'O' THEN 1 ELSE 0 END ASC NULLS LAST,
                    v.geslacht ASC NULLS LAST, v.geboortejaar ASC NULLS LAST, v.registratienr ASC NULLS LAST, v.volgnr_feit ASC NULLS LAST, v.verd_volgnr ASC NULLS LAST
         ) AS volgorde
  FROM {entity.verdachteregistratie} AS v
  WHERE v.registratiedatum IS NOT NULL AND v.persoon IS NOT NULL
)
SELECT r.persoon,
       r.jaar,
       p_date_of(r.jaar, 12, 31) AS jaareinde,
       r.geslacht,
       CASE
         WHEN r.geboortejaar IS NULL THEN 'ONB'
         WHEN r.jaar - r.geboortejaar < 18 THEN 'L12'
         WHEN r.jaar - r.geboortejaar < 25 THEN 'L18'
         WHEN r.jaar - r.geboortejaar < 35 THEN 'L25'
         WHEN r.jaar - r.geboortejaar < 50 THEN 'L35'
         WHEN r.jaar - r.geboortejaar < 65 THEN 'L50'
         ELSE 'L65'
       END AS leeftijd,
       CAST(p_ratio(10000, b.inwoners_vanaf_twaalf) AS DECIMAL(18, 12)) AS per_tienduizend
FROM registraties AS r
LEFT JOIN {entity.bevolking} AS b ON r.jaar BETWEEN b.geldt_van AND b.geldt_tot
WHERE r.volgorde = 1
