-- Sanctie: one row per penalty or measure in a final judgment, with its size in days (month 30, year 365, week 7),
-- hours or euro, and the class of that size. The literal duration is kept beside it.
WITH straffen AS (
  SELECT s.zaaknummer, s.uitspraak_volgnummer, s.straf_volgnummer, s.sanctie, s.modaliteit, s.duur, s.eenheid, s.bedrag,
         CAST(CASE s.eenheid WHEN 'D' THEN s.duur WHEN 'W' THEN s.duur * 7 WHEN 'M' THEN s.duur * 30 WHEN 'J' THEN s.duur * 365 END AS BIGINT) AS dagen,
         CAST(CASE s.eenheid WHEN 'D' THEN s.onvoorwaardelijk_deel WHEN 'W' THEN s.onvoorwaardelijk_deel * 7 WHEN 'M' THEN s.onvoorwaardelijk_deel * 30 WHEN 'J' THEN s.onvoorwaardelijk_deel * 365 END AS BIGINT) AS dagen_onvoorwaardelijk,
         CASE WHEN s.eenheid = 'U' THEN s.duur END AS uren
  FROM {rechtspraak.straf} AS s
  WHERE s.sanctie IS NOT NULL AND s.sanctie NOT IN ('event only', 'outside scope')
)
SELECT s.zaaknummer AS parketnr,
       s.uitspraak_volgnummer,
       s.straf_volgnummer,
       u.persoon,
       u.parket,
       u.scm2010,
       u.datum_uitspraak,
       u.onherroepelijk_op,
       s.sanctie,
       s.modaliteit,
       s.duur,
       s.eenheid AS duureenheid,
       s.dagen,
       CASE WHEN s.modaliteit = 'O' THEN s.dagen WHEN s.modaliteit = 'D' THEN s.dagen_onvoorwaardelijk END AS dagen_onvoorwaardelijk,
       s.uren,
       s.bedrag,
       CASE
         WHEN s.uren IS NOT NULL AND s.uren < 40 THEN 'U1'
         WHEN s.uren IS NOT NULL AND s.uren < 80 THEN 'U2'
         WHEN s.uren IS NOT NULL AND s.uren < 120 THEN 'U3'
         WHEN s.uren IS NOT NULL THEN 'U4'
         WHEN s.dagen IS NOT NULL AND s.dagen < 30 THEN 'D1'
         WHEN s.dagen IS NOT NULL AND s.dagen < 90 THEN 'D2'
         WHEN s.dagen IS NOT NULL AND s.dagen < 180 THEN 'D3'
         WHEN s.dagen IS NOT NULL AND s.dagen < 365 THEN 'D4'
         WHEN s.dagen IS NOT NULL AND s.dagen < 1095 THEN 'D5'
         WHEN s.dagen IS NOT NULL THEN 'D6'
         WHEN s.bedrag IS NOT NULL AND s.bedrag < 250 THEN 'G1'
         WHEN s.bedrag IS NOT NULL AND s.bedrag < 500 THEN 'G2'
         WHEN s.bedrag IS NOT NULL AND s.bedrag < 1000 THEN 'G3'
         WHEN s.bedrag IS NOT NULL AND s.bedrag < 5000 THEN 'G4'
         WHEN s.bedrag IS NOT NULL THEN 'G5'
         ELSE 'ZO'
       END AS grootteklasse
FROM straffen AS s
JOIN {entity.einduitspraak} AS u ON u.parketnr = s.zaaknummer AND u.volgnr = s.uitspraak_volgnummer
