-- V08: departures by country and year.
SELECT l.land AS Land, strftime(departure_date, '%YJJ00') AS period, count(*) AS vertrekken
FROM {truth.departure} JOIN {truth.person} AS p USING (person_id), unnest([p.country_code, p.region, 'TOT']) AS l(land)
WHERE departure_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
