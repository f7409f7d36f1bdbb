-- Executieopdracht: one row per order to carry out a penalty, in the state of its latest step.
WITH stappen AS (
  SELECT usbnr, stapnr, parketnr, sanctievolgnr, soort, dt_onherr, dt_ontv, dt_overdr, uitvoerder, tul, dt_status,
         ROW_NUMBER() OVER (PARTITION BY usbnr ORDER BY stapnr DESC NULLS LAST) AS van_achteren
  FROM {cjib.tul}
),
start AS (
  SELECT usbnr, MIN(dt_status) AS gestart_op
  FROM {cjib.tul}
  WHERE tul = 'LOPD'
  GROUP BY usbnr
)
SELECT s.usbnr,
       s.parketnr,
       s.sanctievolgnr,
       s.soort,
       s.dt_onherr AS onherroepelijk_op,
       s.dt_ontv AS ontvangen_op,
       s.dt_overdr AS overgedragen_op,
       g.gestart_op,
       s.uitvoerder,
       s.tul,
       s.dt_status AS stand_op,
       CASE WHEN s.tul IN ('VOLT', 'MISL', 'OMGZ', 'INGE', 'VERJ', 'GRAT') THEN s.dt_status END AS beeindigd_op
FROM stappen AS s
LEFT JOIN start AS g ON g.usbnr = s.usbnr
WHERE s.van_achteren = 1 AND s.soort IS NOT NULL AND s.soort NOT IN ('event only', 'outside scope')
