-- Traject: one row per programme outside prison: Halt penalties, youth inquiries, community sentences, supervision, advice and
-- guidance, of the probation service, the Child Care and Protection Board and Halt. What Halt does not take up is left out.
-- A programme that has ended and has no result of its own was completed.
SELECT 'RECL' AS bron,
       r.productnr AS trajectnr,
       r._person AS persoon,
       r.geslacht,
       r.geboortejaar,
       r.traject,
       CASE WHEN r.traject IN ('TOEG', 'TOEE', 'TOEV', 'TOEP', 'TOES') THEN r.kader END AS kader,
       r.parketnr,
       r.ontvangst,
       r.start,
       r.eind,
       COALESCE(r.resultaat, CASE WHEN r.eind IS NULL THEN 'LOPD' ELSE 'VOLT' END) AS resultaat,
       r.uren_opgelegd AS uren,
       CAST(NULL AS VARCHAR) AS scm2010
FROM {reclassering.product} AS r
WHERE r.traject IS NOT NULL AND r.traject NOT IN ('event only', 'outside scope')
UNION ALL
SELECT 'RVDK',
       k.zaaknr,
       k._person,
       k.geslacht,
       k.geboortejaar,
       k.traject,
       CAST(NULL AS VARCHAR),
       k.parketnr,
       k.melding,
       k.start,
       k.eind,
       COALESCE(k.resultaat, 'ONB'),
       k.uren,
       CAST(NULL AS VARCHAR)
FROM {rvdk.zaak} AS k
WHERE k.traject IS NOT NULL AND k.traject NOT IN ('event only', 'outside scope')
UNION ALL
SELECT 'HALT',
       h.zaaknr,
       h.persoon,
       h.geslacht,
       h.geboortejaar,
       'HALT',
       CAST(NULL AS VARCHAR),
       CAST(NULL AS VARCHAR),
       h.ontvangst,
       h.inschrijving,
       h.afsluiting,
       h.resultaat,
       h.uren,
       h.scm2010
FROM {entity.haltzaak} AS h
