-- I07: intake of cases by kind of intake, stream and ZSM.
SELECT year(intake_date) AS period, CAST(intake_kind AS VARCHAR) AS instroomsoort, stream AS zaakstroom, zsm, count(*) AS value
FROM {truth.criminal_case} WHERE intake_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
