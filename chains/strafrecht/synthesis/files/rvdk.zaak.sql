-- rvdk_zaken (§8.9): a case when it is reported, and when it ends.
WITH version AS (
  SELECT *, reported_date AS known, false AS ended FROM {truth.child_protection_case} WHERE end_date > reported_date
  UNION ALL
  SELECT *, end_date, true FROM {truth.child_protection_case}
)
SELECT v.protection_id AS _id, v.person_id AS _person, v.known AS _known,
       v.protection_nr AS "zaakId", v.service AS dienst, p.bsn AS "kind.bsn", concat_ws(' ', p.prefix, p.surname) AS "kind.achternaam", p.given_names AS "kind.voornaam", p.birth_date AS "kind.gebDatum",
       CASE p.sex WHEN 'M' THEN 'jongen' ELSE 'meisje' END AS "kind.geslacht", v.reported_date AS "meldDatum", CASE WHEN v.registration_nr LIKE 'PL%' THEN concat(v.registration_nr, '-1') ELSE v.registration_nr END AS "pvNummer", v.case_nr AS parketnr,
       CASE WHEN v.ended OR v.start_date <= v.reported_date THEN v.start_date END AS start, CASE WHEN v.ended THEN v.end_date END AS eind, v.product, v.hours AS uren, CASE WHEN v.ended THEN v.outcome ELSE 'lopend' END AS afloop
FROM version AS v JOIN {truth.person} AS p USING (person_id)
WHERE v.known BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
