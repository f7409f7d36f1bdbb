-- V05: people in reception on the last day of a month, by location and kind of location.
SELECT l.locatie AS Opvanglocatie, strftime(m.first_day, '%YMM%m') AS period, count(DISTINCT v.person_id) AS bewoners
FROM {truth.stay} AS v, unnest(range(make_date({from}, 1, 1), make_date({to} + 1, 1, 1), INTERVAL 1 MONTH)) AS m(first_day), unnest([replace(upper(v.location), ' ', '_'), v.kind, 'TOT']) AS l(locatie)
WHERE v.date_in <= last_day(m.first_day) AND v.date_out > last_day(m.first_day) GROUP BY ALL ORDER BY ALL
