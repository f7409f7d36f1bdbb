-- Verblijf: one row per stay of one person at one reception location.
SELECT v.verblijfnr,
       v._person AS persoon,
       v.locatie,
       v.datum_in,
       v.datum_uit,
       v.einde,
       CASE WHEN v.datum_uit IS NOT NULL THEN p_days(v.datum_in, v.datum_uit) END AS dagen
FROM {coa.verblijf} AS v
