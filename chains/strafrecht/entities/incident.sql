-- Incident: one row per incident that the Royal Marechaussee registered and that is no crime by its code. Its crimes are among the
-- registered crimes (misdrijf).
SELECT i.nummer,
       i.code,
       CASE i.code
         WHEN '9001' THEN 'WEIG'
         WHEN '9002' THEN 'ASSI'
         WHEN '9003' THEN 'SIGN'
         WHEN '9004' THEN 'VERL'
       END AS soort,
       i.datum,
       i.gemeente,
       i.brigade
FROM {kmar.incident} AS i
WHERE i.scm2010 IN ('outside scope', 'event only')
