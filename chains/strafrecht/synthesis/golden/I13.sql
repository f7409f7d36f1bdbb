-- I13: verdicts by judge, kind of decision and default. Without default or remedy a court sends a verdict once it is
-- irrevocable, and at the end of the window as it stands (files/rechtspraak.einduitspraak).
SELECT year(verdict_date) AS period, CASE chamber WHEN 'MKJ' THEN 'MK' ELSE chamber END AS "Rechter",
       CASE code WHEN 'VMS' THEN 'SCHS' WHEN '9A' THEN 'SCHZ' WHEN 'VRS' THEN 'VRIJ' WHEN 'OVZ' THEN 'OVZM' WHEN 'NOO' THEN 'NOOM' WHEN 'NVV' THEN 'NOVD' WHEN 'OBV' THEN 'ONBEV' WHEN 'NDV' THEN 'NIET' ELSE 'ONB' END AS "Uitspraak",
       CASE WHEN by_default THEN 'VER' ELSE 'CON' END AS "Vonnis", count(*) AS uitspraken
FROM {truth.verdict}
WHERE verdict_date BETWEEN make_date({from}, 1, 1) AND {complete_to}
  AND CASE WHEN appealed OR by_default OR final_date > make_date({to}, 12, 31) THEN verdict_date ELSE final_date END <= {complete_to}
GROUP BY ALL ORDER BY ALL
