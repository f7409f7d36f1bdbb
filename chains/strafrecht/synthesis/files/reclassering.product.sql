-- RECL_PRODUCT (§8.8): a product when the order is received, when it starts and when it ends; advice only when it is done. Some advice comes without a case number.
WITH version AS (
  SELECT *, received_date AS known, 1 AS state FROM {truth.probation_product} WHERE product NOT IN ('ADV', 'ADP', 'ADU', 'ADB', 'RIS') AND coalesce(start_date, end_date) > received_date + 14
  UNION ALL
  SELECT *, start_date, 2 FROM {truth.probation_product} WHERE product NOT IN ('ADV', 'ADP', 'ADU', 'ADB', 'RIS') AND end_date > start_date
  UNION ALL
  SELECT *, end_date, 3 FROM {truth.probation_product}
)
SELECT v.product_id AS _id, v.person_id AS _person, v.known AS _known,
       v.product_nr AS productnr, v.client_nr AS clientnummer, p.bsn, CASE WHEN p.skn_station > 2 THEN NULL WHEN p.second_skn IS NOT NULL AND draw('which skn', v.product_id) < .5 THEN p.second_skn ELSE p.skn END AS skn,
       p.surname AS achternaam, p.prefix AS tussenvoegsel, p.initials AS voorletters, CASE p.sex WHEN 'M' THEN 'm' ELSE 'v' END AS geslacht, p.birth_date AS geboortedatum,
       v.organisation AS organisatie, v.product AS productcode, v.principal AS opdrachtgever,
       CASE WHEN v.product IN ('ADV', 'ADP', 'ADU', 'ADB', 'RIS') AND draw('advice without case', v.product_id) < .12 THEN NULL ELSE v.case_nr END AS parketnummer,
       v.received_date AS ontvangstdatum, CASE WHEN v.state > 1 THEN v.start_date END AS startdatum, CASE WHEN v.state = 3 THEN v.end_date END AS einddatum,
       v.hours AS "urenOpgelegd", CASE WHEN v.state = 3 THEN v.hours_done END AS "urenUitgevoerd", v.level AS toezichtsniveau, v.framework AS kader,
       CASE WHEN v.state = 3 THEN v.outcome END AS afloop, CASE WHEN v.state = 3 AND v.outcome IN ('voortijdig negatief recidive', 'negatief overtreden voorwaarden', 'gedeeltelijk') THEN 'niet verschenen na oproep' END AS "redenNegatief"
FROM version AS v JOIN {truth.person} AS p USING (person_id)
WHERE v.known BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
