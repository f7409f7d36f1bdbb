-- R18: a municipality was there on the date: of a crime and its victims at the report, of a charge as its crime, of a service in its month, of a person at the end of the window.
SELECT u.what, u.municipality, u.date, count(*) AS times
FROM (
  SELECT 'crime' AS what, municipality, reported_date AS date FROM {truth.crime}
  UNION ALL SELECT 'victim', municipality, reported_date FROM {truth.victim}
  UNION ALL SELECT 'charge', h.municipality, c.reported_date FROM {truth.charge} AS h JOIN {truth.crime} AS c USING (crime_id)
  UNION ALL SELECT 'service', municipality, service_date FROM {truth.victim_service}
  UNION ALL SELECT 'person', municipality, make_date({to}, 12, 31) FROM {truth.person}
  UNION ALL SELECT 'population', municipality, make_date(CAST(year AS INTEGER), 1, 1) FROM {truth.population}
) AS u
  LEFT JOIN (
    SELECT lpad(CAST(code AS VARCHAR), 4, '0') AS code, coalesce(try_cast(CAST(valid_from AS VARCHAR) AS DATE), DATE '1900-01-01') AS valid_from, coalesce(try_cast(CAST(valid_to AS VARCHAR) AS DATE), DATE '9999-12-31') AS valid_to
    FROM {reference.gemeente}
  ) AS g ON g.code = u.municipality AND u.date BETWEEN g.valid_from AND g.valid_to
WHERE g.code IS NULL GROUP BY u.what, u.municipality, u.date
