-- Slachtofferschap: one row per victim of a counted crime. The Royal Marechaussee registers people only, and not how they know the
-- suspect.
SELECT s.registratienr,
       s.volgnr_feit,
       s.slo_volgnr,
       s.soort,
       s.geslacht,
       s.geboortejaar,
       s.relatie,
       s.letsel,
       m.scm2010,
       m.eenheid,
       m.kennisname
FROM {politie.slachtoffer} AS s
JOIN {entity.misdrijf} AS m ON m.registratienr = s.registratienr AND m.volgnr_feit = s.volgnr_feit
UNION ALL
SELECT p.nummer,
       CAST(1 AS BIGINT),
       p.volgnummer,
       'NP',
       p.geslacht,
       p.geboortejaar,
       'ONB',
       CAST(NULL AS BIGINT),
       m.scm2010,
       m.eenheid,
       m.kennisname
FROM {kmar.persoon} AS p
JOIN {entity.misdrijf} AS m ON m.registratienr = p.nummer AND m.volgnr_feit = 1 AND m.eenheid = 'KM'
WHERE p.rol = 'S'
