-- I15: sanctions by kind, modality and size class (days of 30 a month and 365 a year, hours, or euros).
SELECT year(verdict_date) AS period,
       CASE code WHEN 'GEV' THEN 'GEVS' WHEN 'JDT' THEN 'JEUG' WHEN 'WST' THEN 'WERK' WHEN 'GBO' THEN 'GELD' WHEN 'VBV' THEN 'VERB' WHEN 'TBV' THEN 'TBSV' WHEN 'TBW' THEN 'TBSW' WHEN 'OTV' THEN 'ONTR' WHEN 'ONT' THEN 'BETS' ELSE code END AS sanctie, modality AS modaliteit,
       CASE WHEN code IN ('GEV', 'JDT') THEN CASE WHEN days <= 30 THEN 'tot en met 1 maand' WHEN days <= 180 THEN 'tot en met 6 maanden' WHEN days <= 365 THEN 'tot en met 1 jaar' WHEN days <= 1095 THEN 'tot en met 3 jaar' ELSE 'meer dan 3 jaar' END
            WHEN code = 'WST' THEN CASE WHEN duration < 40 THEN 'minder dan 40 uur' WHEN duration < 80 THEN '40 tot 80 uur' WHEN duration < 120 THEN '80 tot 120 uur' ELSE '120 uur en meer' END
            WHEN amount IS NOT NULL THEN CASE WHEN amount < 250 THEN 'minder dan 250 euro' WHEN amount < 500 THEN '250 tot 500 euro' WHEN amount < 1000 THEN '500 tot 1000 euro' ELSE '1000 euro en meer' END ELSE 'geen' END AS omvang, count(*) AS value
FROM (SELECT *, CASE unit WHEN 'M' THEN duration * 30 WHEN 'J' THEN duration * 365 ELSE duration END AS days FROM {truth.sanction}) WHERE verdict_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
