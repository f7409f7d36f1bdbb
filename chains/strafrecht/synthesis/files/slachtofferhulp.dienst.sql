-- SHN_DIENST (§8.12): counted by the source; cells of fewer than five are empty. The limit goes with the scale, so that a small country has the same share of empty cells.
SELECT row_number() OVER (ORDER BY maand, municipality, category, service) AS _id, CAST(NULL AS BIGINT) AS _person, last_day(maand) AS _known,
       maand, municipality AS gemeente, category AS delictcategorie, service AS dienst, CASE WHEN n >= 5 * least(1, {scale}) THEN n END AS aantal
FROM (
  SELECT CAST(date_trunc('month', service_date) AS DATE) AS maand, municipality, category, service, count(*) AS n
  FROM {truth.victim_service} WHERE service_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL
)
