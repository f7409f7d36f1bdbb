-- Gebeurtenis: every event of the three organisations from the day on which their deliveries begin.
WITH alles AS (
  SELECT 'ind' AS organisatie, 'INGEDIEND' AS gebeurtenis, datum_aanvraag AS datum, persoon, aanvraagnr AS nummer FROM {entity.aanvraag}
  UNION ALL
  SELECT 'ind', 'BESLIST', datum_beslissing, persoon, aanvraagnr FROM {entity.aanvraag}
  UNION ALL
  SELECT 'ind', 'BEROEP', datum_beroep, persoon, aanvraagnr FROM {entity.aanvraag}
  UNION ALL
  SELECT 'coa', 'OPVANG_IN', datum_in, persoon, verblijfnr FROM {entity.verblijf}
  UNION ALL
  SELECT 'coa', 'OPVANG_UIT', datum_uit, persoon, verblijfnr FROM {entity.verblijf}
  UNION ALL
  SELECT 'dtv', 'VERTREK_START', overdracht, persoon, zaaknr FROM {entity.vertrek}
  UNION ALL
  SELECT 'dtv', 'VERTREK', datum_vertrek, persoon, zaaknr FROM {entity.vertrek}
)
SELECT a.organisatie, a.gebeurtenis, a.datum, a.persoon, a.nummer
FROM alles AS a
JOIN {entity.waarneming} AS w ON w.organisatie = a.organisatie
WHERE a.datum >= w.vanaf
