-- The groups by which linkage is scored: sex, age at the end of the window, country of birth, and whether the population
-- register knows the person. Legal persons have none of these.
SELECT p.person_id, p.sex AS sex,
       CASE WHEN datediff('year', p.birth_date, make_date({to}, 12, 31)) < 18 THEN '12-17' WHEN datediff('year', p.birth_date, make_date({to}, 12, 31)) < 25 THEN '18-24'
            WHEN datediff('year', p.birth_date, make_date({to}, 12, 31)) < 45 THEN '25-44' ELSE '45+' END AS age,
       c.region AS birth_country, CASE WHEN p.in_brp THEN 'yes' ELSE 'no' END AS brp
FROM {truth.person} AS p JOIN {table.country} AS c ON CAST(c.country_nr AS INTEGER) = p.country_nr
UNION ALL
SELECT person_id, 'legal person', NULL, NULL, NULL FROM {truth.legal_person}
ORDER BY 1
