-- HALT_ZAAK (§8.10): a case of the window when it is entered, and when it is closed. Everything is typed in by hand, the prefix inside the surname, the municipality by its name.
WITH version AS (
  SELECT *, entry_date AS known, false AS closed FROM {truth.halt_case}
  UNION ALL
  SELECT *, closed_date, true FROM {truth.halt_case}
)
SELECT v.halt_id AS _id, v.person_id AS _person, v.known AS _known,
       v.halt_nr AS "Zaaknummer", v.entry_date AS "Datum inschrijving", v.offence_date AS "Datum delict", v.hearing_date AS "Datum eerste verhoor", v.received_date AS "Datum ontvangst", v.referrer AS "Verwijzer",
       CASE WHEN v.registration_nr LIKE 'PL%' THEN concat(v.registration_nr, '-1') ELSE v.registration_nr END AS "PV-nummer", split_part(p.given_names, ' ', 1) AS "Voornaam", concat_ws(' ', p.prefix, p.surname) AS "Achternaam", CASE p.sex WHEN 'M' THEN 'jongen' ELSE 'meisje' END AS "Geslacht",
       p.birth_date AS "Geboortedatum", p.bsn AS "BSN", p.postcode AS "Postcode", g.name AS "Gemeente",
       CASE WHEN v.entry_date - p.birth_date < 4650 THEN 'basisonderwijs' ELSE ['vmbo', 'vmbo', 'vmbo', 'havo', 'vwo', 'mbo', 'mbo', 'praktijkonderwijs', 'geen'][1 + CAST(floor(draw('school', p.person_id) * 9) AS INTEGER)] END AS "Schooltype",
       v.offence AS "Feit", v.penalty AS "Soort straf", v.hours AS "Uren",
       CASE WHEN v.offence IN ('vernieling', 'graffiti', 'brandstichting klein', 'winkeldiefstal') AND draw('halt damage', v.halt_id) < .5 THEN CAST(10 + floor(pow(draw('halt damage amount', v.halt_id), 3) * 900) AS BIGINT) END AS "Schade",
       CASE WHEN v.kind = 'OVT' THEN 'Nvt' WHEN v.closed AND v.outcome = 'Geslaagd' THEN 'Ja' ELSE 'Nee' END AS "Excuses",
       CASE WHEN v.closed THEN v.closed_date END AS "Datum afsluiting", CASE WHEN v.closed THEN v.outcome END AS "Afloop"
FROM version AS v JOIN {truth.person} AS p USING (person_id) JOIN {truth.municipality} AS m ON m.origin = p.place AND v.known BETWEEN m.valid_from AND m.valid_to
  LEFT JOIN (SELECT right(concat('0000', regexp_replace(CAST(code AS VARCHAR), '[^0-9]', '', 'g')), 4) AS code, name FROM {reference.gemeente}) AS g ON g.code = m.code
WHERE v.known <= make_date({to}, 12, 31)
