-- I13: verdicts by judge, kind of decision and default.
SELECT year(verdict_date) AS period, CASE chamber WHEN 'MKJ' THEN 'MK' ELSE chamber END AS rechter,
       CASE code WHEN 'VMS' THEN 'SCHS' WHEN '9A' THEN 'SCHZ' WHEN 'VRS' THEN 'VRIJ' WHEN 'OVZ' THEN 'OVZM' WHEN 'NOO' THEN 'NOOM' WHEN 'NVV' THEN 'NOVD' WHEN 'OBV' THEN 'ONBEV' WHEN 'NDV' THEN 'NIET' ELSE 'ONB' END AS einduitspraak,
       CASE WHEN by_default THEN 'VER' ELSE 'CON' END AS vonnis, count(*) AS value
FROM {truth.verdict} WHERE verdict_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) GROUP BY ALL ORDER BY ALL
