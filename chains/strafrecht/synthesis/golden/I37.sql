-- I37: services to victims, without the cells that the source leaves empty.
SELECT year(maand) AS period, sum(n) AS diensten
FROM (SELECT date_trunc('month', service_date) AS maand, municipality, category, service, count(*) AS n FROM {truth.victim_service} WHERE service_date BETWEEN make_date({from}, 1, 1) AND {complete_to} GROUP BY ALL)
WHERE n >= 5 * least(1, {scale}) GROUP BY ALL ORDER BY ALL
