-- Persons: who applied, and who was found without a right to stay and never applied. Numbers are running numbers spread by a multiplication modulo a power of
-- ten, so that they are unique without any look-up.
WITH known AS (
  SELECT person_id, CASE WHEN bool_or(kind = 'ASIEL') THEN 'asylum' ELSE 'other' END AS origin FROM {truth.application} GROUP BY person_id
  UNION ALL
  SELECT y.year * 10000000 + 6000000 + i.i, 'found'
  FROM range({from} - {parameter.burn_in_years}, {to} + 1) AS y(year), range(CAST(round({parameter.found_per_year} * {scale}) AS BIGINT)) AS i(i)
),
country AS (
  SELECT c.origin, country, code, region, (sum(c.share) OVER w - c.share) / sum(c.share) OVER (PARTITION BY c.origin) AS lo,
         CASE WHEN country_nr = max(country_nr) OVER (PARTITION BY c.origin) THEN 1 ELSE sum(c.share) OVER w / sum(c.share) OVER (PARTITION BY c.origin) END AS hi
  FROM (SELECT country_nr, country, code, region, 'asylum' AS origin, CAST(asylum AS DOUBLE) AS share FROM {table.country}
        UNION ALL SELECT country_nr, country, code, region, 'other', CAST(other AS DOUBLE) FROM {table.country}
        UNION ALL SELECT country_nr, country, code, region, 'found', CAST(found AS DOUBLE) FROM {table.country}) AS c
  WINDOW w AS (PARTITION BY c.origin ORDER BY country_nr)
),
shared AS (SELECT *, draw('in criminal chain range', person_id) < {parameter.criminal_chain_share} AS is_shared FROM known),
numbered AS (
  SELECT *, row_number() OVER (PARTITION BY is_shared ORDER BY person_id) AS n, count(*) OVER (PARTITION BY is_shared) AS persons FROM shared
)
SELECT n.person_id, n.origin, c.country, c.code AS country_code, c.region,
       -- Some numbers are those of persons in the criminal justice chain (§17): n-th person there has 2700000000 + (n × 7654321) mod 10^8, if a number at all.
       -- As many persons are put in that range as make 3% of all share a number with somebody.
       CAST(CASE WHEN n.is_shared THEN 2700000000 + ((1 + CAST(floor((n.n - 1) * greatest(1, {parameter.criminal_chain_persons} * {scale} / n.persons)) AS BIGINT)) * 7654321) % 100000000
                 ELSE 2800000000 + (n.n * 7654321) % 100000000 END AS VARCHAR) AS v_number
FROM numbered AS n JOIN country AS c ON c.origin = n.origin AND draw('country', n.person_id) >= c.lo AND draw('country', n.person_id) < c.hi
