-- Slachtofferschap: one row per victim of a counted crime.
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
