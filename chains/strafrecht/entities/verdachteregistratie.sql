-- Verdachteregistratie: one row per suspect of a crime, twelve years or older. One person may have several.
-- Left out are suspects younger than twelve and suspects in the double registration of a crime by a second unit.
SELECT v.registratienr,
       v.volgnr_feit,
       v.verd_volgnr,
       v._person AS persoon,
       v.geslacht,
       v.geboortejaar,
       v.herkomst,
       v.woongem AS woongemeente,
       v.rol,
       v.verhoordatum,
       v.afloop_politie,
       v.dat_inzending AS inzending,
       COALESCE(v.verhoordatum, p_date(v.aanhouddatum), v.dat_inzending, m.datum_kennisname) AS registratiedatum,
       m.scm2010,
       m.eenheid
FROM {politie.verdachte} AS v
LEFT JOIN {politie.misdrijf} AS m ON m.registratienr = v.registratienr AND m.volgnr_feit = v.volgnr_feit
WHERE v.afloop <> '12MN'
  AND (m.registratienr IS NULL OR m.eenheid_meld IS NULL OR m.eenheid_meld = m.eenheid_pleeg)
