-- JDS_CONTROLE (§8.11): validation data, never a source of figures.
SELECT control_id AS _id, person_id AS _person, date AS _known, case_nr AS parketnummer, skn,
       CASE kind WHEN 'DAGV' THEN 'Dagvaarding' WHEN 'OPRV' THEN 'Oproeping' WHEN 'SEPO' THEN 'Sepot' WHEN 'SEPV' THEN 'Voorwaardelijk sepot' WHEN 'TRAN' THEN 'Transactie' WHEN 'STRB' THEN 'Strafbeschikking' WHEN 'VADI' THEN 'Voeging ad informandum' WHEN 'VTTZ' THEN 'Voeging ter zitting'
                 WHEN 'OVDR' THEN 'Overdracht' ELSE 'Overig' END AS beslissingssoort, date AS datum
FROM {truth.control}
