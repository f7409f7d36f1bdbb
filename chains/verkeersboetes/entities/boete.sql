-- Boete: one row per fine, with the day it was imposed and sent, the days between, the amount, and the last activity in
-- the whole log: the latest day, ties broken by organisation and then by row (see gebeurtenis).
WITH opgelegd AS (
  SELECT fine, datum, voertuigklasse, bedrag,
         ROW_NUMBER() OVER (PARTITION BY fine ORDER BY datum ASC NULLS LAST, rij ASC NULLS LAST) AS volgorde
  FROM {entity.gebeurtenis}
  WHERE activiteit = 'BOETE'
),
verzonden AS (
  SELECT fine, MIN(datum) AS datum
  FROM {entity.gebeurtenis}
  WHERE activiteit = 'VERZENDING'
  GROUP BY fine
),
laatste AS (
  SELECT fine, activiteit, datum,
         ROW_NUMBER() OVER (
           PARTITION BY fine
           ORDER BY datum DESC NULLS LAST, organisatie_volgorde DESC NULLS LAST, rij DESC NULLS LAST
         ) AS van_achteren
  FROM {entity.gebeurtenis}
)
SELECT o.fine,
       o.datum AS opgelegd_op,
       o.voertuigklasse,
       o.bedrag,
       v.datum AS verzonden_op,
       CASE WHEN v.datum IS NULL THEN 'N' ELSE 'J' END AS verzonden,
       CASE WHEN v.datum IS NOT NULL THEN p_days(o.datum, v.datum) END AS dagen_tot_verzending,
       l.activiteit AS laatste_activiteit,
       l.datum AS laatste_op
FROM opgelegd AS o
LEFT JOIN verzonden AS v ON v.fine = o.fine
LEFT JOIN laatste AS l ON l.fine = o.fine AND l.van_achteren = 1
WHERE o.volgorde = 1
