-- Verdachteregistratie: one row per suspect of a crime of the police or the Royal Marechaussee, twelve years or older. One person
-- may have several. The Marechaussee gives no date of hearing: there the day counts on which the crime was registered.
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
UNION ALL
SELECT p.nummer,
       CAST(1 AS BIGINT),
       p.volgnummer,
       p._person,
       p.geslacht,
       p.geboortejaar,
       CAST(NULL AS VARCHAR),
       CAST(NULL AS VARCHAR),
       p.rol,
       CAST(NULL AS DATE),
       p.afloop_politie,
       CAST(NULL AS DATE),
       i.datum,
       i.scm2010,
       'KM'
FROM {kmar.persoon} AS p
LEFT JOIN {kmar.incident} AS i ON i.nummer = p.nummer
WHERE p.rol = 'V'
  AND (i.nummer IS NULL OR i.scm2010 NOT IN ('outside scope', 'event only'))
