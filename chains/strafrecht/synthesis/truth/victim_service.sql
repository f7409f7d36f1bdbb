-- Services to victims (§8.12): what a victim is helped with, some weeks after the report.
SELECT v.service_id, v.victim_id, m.code AS municipality, v.scm, v.service, v.service_date, v.category
FROM (
SELECT v.victim_id * 4 + s.n AS service_id, v.victim_id, v.place, c.scm, s.service, v.reported_date + 3 + CAST(floor(draw('service days', v.victim_id * 4 + s.n) * 50) AS INTEGER) AS service_date,
       CASE WHEN c.scm = '112' THEN CASE WHEN c.mk IN ('A20', 'A30') THEN 'Woninginbraak' ELSE 'Overige diefstal' END WHEN c.scm IN ('111', '15') THEN 'Straatroof en overval' WHEN c.scm LIKE '12%' OR c.scm LIKE '13%' OR c.scm = '224' THEN 'Fraude en cybercrime' WHEN c.scm LIKE '21%' THEN 'Vernieling'
            WHEN c.scm = '31' OR c.scm LIKE '221%' THEN 'Mishandeling' WHEN c.scm LIKE '32%' THEN 'Bedreiging en stalking' WHEN c.scm LIKE '33%' THEN 'Seksueel misdrijf' WHEN c.scm LIKE '5%' THEN 'Verkeer' ELSE 'Overig misdrijf' END AS category
FROM {truth.victim} AS v JOIN {truth.crime} AS c USING (crime_id),
     (SELECT service, row_number() OVER (ORDER BY service) AS n, CAST(share AS DOUBLE) AS share, CAST(violence_share AS DOUBLE) AS violence_share FROM {table.victim_service}) AS s
WHERE v.kind = 'NP' AND draw('victim service', v.victim_id * 4 + s.n) < CASE WHEN c.scm LIKE '3%' THEN s.violence_share ELSE s.share END
) AS v JOIN {truth.municipality} AS m ON m.origin = v.place AND v.service_date BETWEEN m.valid_from AND m.valid_to
