-- Verblijf: one row per stay on one title in an institution. Immigration detention is left out of all criminal figures.
SELECT v.insluitnummer,
       v.segment,
       v._person AS persoon,
       v.geslacht,
       v.geboortejaar,
       v.herkomst,
       v.datum_in,
       v.datum_uit,
       v.detentietitel,
       v.inrichting,
       v.bestemming,
       v.wijze_van_binnenkomst,
       v.reden_uit,
       CASE WHEN v.datum_uit IS NOT NULL THEN p_days(v.datum_in, v.datum_uit) END AS dagen
FROM {dji.verblijf} AS v
WHERE v.detentietitel IS NOT NULL AND v.detentietitel NOT IN ('VB', 'event only', 'outside scope')
