-- I21: community sentences that ended, of adults and of young people, by result.
SELECT year(end_date) AS period, resultaat AS "Resultaat", count(*) AS taakstraffen
FROM (
  SELECT end_date, CASE WHEN outcome = 'conform uren' THEN 'VOLT' WHEN outcome IN ('voortijdig negatief recidive', 'negatief overtreden voorwaarden', 'gedeeltelijk') THEN 'MISL' WHEN outcome = 'niet gestart' THEN 'NIET' WHEN outcome = 'onbekend' THEN 'ONB' ELSE 'INGE' END AS resultaat
  FROM {truth.probation_product} WHERE product IN ('WS', 'WSB', 'WSO')
  UNION ALL
  SELECT end_date, CASE outcome WHEN 'geslaagd' THEN 'VOLT' WHEN 'mislukt' THEN 'MISL' ELSE 'INGE' END FROM {truth.child_protection_case} WHERE service = 'TSC'
)
WHERE end_date BETWEEN make_date({from}, 1, 1) AND {complete_to} GROUP BY ALL ORDER BY ALL
