-- I15: sanctions by kind, modality and size class (days of 30 a month and 365 a year, hours, or euros), in verdicts that were sent (I13).
SELECT year(s.verdict_date) AS period,
       CASE s.code WHEN 'GEV' THEN 'GEVS' WHEN 'JDT' THEN 'JEUG' WHEN 'WST' THEN 'WERK' WHEN 'GBO' THEN 'GELD' WHEN 'VBV' THEN 'VERB' WHEN 'TBV' THEN 'TBSV' WHEN 'TBW' THEN 'TBSW' WHEN 'OTV' THEN 'ONTR' WHEN 'ONT' THEN 'BETS' ELSE s.code END AS "Sanctie", s.modality AS "Modaliteit",
       CASE WHEN s.hours IS NOT NULL THEN CASE WHEN s.hours < 40 THEN 'U1' WHEN s.hours < 80 THEN 'U2' WHEN s.hours < 120 THEN 'U3' ELSE 'U4' END
            WHEN s.days IS NOT NULL THEN CASE WHEN s.days < 30 THEN 'D1' WHEN s.days < 90 THEN 'D2' WHEN s.days < 180 THEN 'D3' WHEN s.days < 365 THEN 'D4' WHEN s.days < 1095 THEN 'D5' ELSE 'D6' END
            WHEN s.amount IS NOT NULL THEN CASE WHEN s.amount < 250 THEN 'G1' WHEN s.amount < 500 THEN 'G2' WHEN s.amount < 1000 THEN 'G3' WHEN s.amount < 5000 THEN 'G4' ELSE 'G5' END ELSE 'ZO' END AS "Grootteklasse", count(*) AS sancties
FROM (SELECT *, CASE unit WHEN 'D' THEN duration WHEN 'W' THEN duration * 7 WHEN 'M' THEN duration * 30 WHEN 'J' THEN duration * 365 END AS days, CASE WHEN unit = 'U' THEN duration END AS hours FROM {truth.sanction}) AS s
  JOIN {truth.verdict} AS v USING (verdict_id)
WHERE s.verdict_date BETWEEN make_date({from}, 1, 1) AND {complete_to}
  AND CASE WHEN v.appealed OR v.by_default OR v.final_date > make_date({to}, 12, 31) THEN v.verdict_date ELSE v.final_date END <= {complete_to}
GROUP BY ALL ORDER BY ALL
