-- Asielzoeker: one row per person with a first asylum application since the deliveries begin, with the furthest step of
-- the chain that the person reached from that day on. It rests on the linking of the three organisations' records.
WITH eerste AS (
  SELECT persoon, MIN(ingestroomd_op) AS aanvraag_op
  FROM {entity.aanvraag}
  WHERE soort = 'ASIEL1' AND ingestroomd_op IS NOT NULL
  GROUP BY persoon
),
opvang AS (
  SELECT persoon, MAX(datum_in) AS laatste_in FROM {entity.verblijf} GROUP BY persoon
),
weg AS (
  SELECT persoon, MAX(datum_vertrek) AS laatste_vertrek FROM {entity.vertrek} GROUP BY persoon
)
SELECT e.persoon,
       e.aanvraag_op,
       CASE WHEN v.laatste_vertrek >= e.aanvraag_op THEN 'VERTREK'
            WHEN o.laatste_in >= e.aanvraag_op THEN 'OPVANG'
            ELSE 'AANVRAAG' END AS ketenstap
FROM eerste AS e
LEFT JOIN opvang AS o ON o.persoon = e.persoon
LEFT JOIN weg AS v ON v.persoon = e.persoon
