-- Haltzaak: one row per case that Halt took up, by the date of entry. An infraction has no place in the classification of crimes.
-- The municipality is delivered by name and gets its code.
SELECT h.zaaknr,
       h._person AS persoon,
       h.geslacht,
       h.geboortejaar,
       h.registratienr,
       h.verwijzer,
       CASE WHEN h.scm2010 = 'outside scope' THEN 'OVT' ELSE 'MIS' END AS soort,
       CASE WHEN h.scm2010 = 'outside scope' THEN CAST(NULL AS VARCHAR) ELSE h.scm2010 END AS scm2010,
       g.code AS gemeente,
       h.pleegdatum,
       h.ontvangst,
       h.inschrijving,
       h.afsluiting,
       COALESCE(h.resultaat, 'LOPD') AS resultaat,
       h.uren
FROM {halt.zaak} AS h
LEFT JOIN {reference.gemeente} AS g ON g.name = h.gemeente_naam
WHERE h.resultaat IS NULL OR h.resultaat <> 'NIET'
