-- I16: custodial sentences with an unconditional part: number, days (month 30) and mean days.
SELECT year(verdict_date) AS period, modality AS modaliteit, count(*) AS value, sum(days) AS dagen, avg(days) AS gemiddeld
FROM (SELECT *, CASE unit WHEN 'M' THEN unconditional * 30 WHEN 'J' THEN unconditional * 365 ELSE unconditional END AS days FROM {truth.sanction} WHERE code IN ('GEV', 'JDT') AND modality <> 'V')
WHERE verdict_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
