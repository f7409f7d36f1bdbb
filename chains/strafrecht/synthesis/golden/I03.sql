-- I03: cleared crimes among those reported in the window, as known at its end: by year of report and by year of clearance. The two bases differ.
SELECT year(reported_date) AS period, 'kennisname' AS basis, count(*) AS value FROM {truth.crime} WHERE reported_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) AND cleared_date <= make_date({to}, 12, 31) GROUP BY ALL
UNION ALL
SELECT year(greatest(cleared_date, reported_date)), 'opheldering', count(*) FROM {truth.crime} WHERE reported_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) AND cleared_date <= make_date({to}, 12, 31) GROUP BY ALL
ORDER BY ALL
