-- I16: custodial sentences with an unconditional part: number, and days (month 30).
SELECT year(verdict_date) AS period, modality AS "Modaliteit", count(*) AS straffen, sum(days) AS dagen
FROM (SELECT *, CASE unit WHEN 'M' THEN unconditional * 30 WHEN 'J' THEN unconditional * 365 ELSE unconditional END AS days FROM {truth.sanction} WHERE code IN ('GEV', 'JDT') AND modality <> 'V')
WHERE verdict_date BETWEEN make_date({from}, 1, 1) AND {complete_to} GROUP BY ALL ORDER BY ALL
