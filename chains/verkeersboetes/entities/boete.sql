-- Boete: one row per fine, with the day it was imposed and sent, the days between, the amount, and the last activity in
-- the whole log: the latest day, ties broken by organisation and then by row (see gebeurtenis). The order of events is
-- one number: days since 1970, then organisation, then row.
SELECT e.fine,
       e.opgelegd_op,
       e.voertuigklasse,
       e.bedrag,
       e.verzonden_op,
       CASE WHEN e.verzonden_op IS NULL THEN 'N' ELSE 'J' END AS verzonden,
       CASE WHEN e.verzonden_op IS NOT NULL THEN p_days(e.opgelegd_op, e.verzonden_op) END AS dagen_tot_verzending,
       e.laatste_activiteit,
       e.laatste_op
FROM (
  SELECT fine,
         min_by(datum, volgorde) FILTER (WHERE activiteit = 'BOETE') AS opgelegd_op,
         min_by(voertuigklasse, volgorde) FILTER (WHERE activiteit = 'BOETE') AS voertuigklasse,
         min_by(bedrag, volgorde) FILTER (WHERE activiteit = 'BOETE') AS bedrag,
         min(datum) FILTER (WHERE activiteit = 'VERZENDING') AS verzonden_op,
         max_by(activiteit, volgorde) AS laatste_activiteit,
         max(datum) AS laatste_op
  FROM (
    SELECT g.*,
           CAST(p_days(CAST('1970-01-01' AS DATE), datum) AS BIGINT) * 10000000000
             + CAST(organisatie_volgorde AS BIGINT) * 1000000000 + rij AS volgorde
    FROM {entity.gebeurtenis} g
  ) o
  GROUP BY fine
) e
WHERE e.opgelegd_op IS NOT NULL
