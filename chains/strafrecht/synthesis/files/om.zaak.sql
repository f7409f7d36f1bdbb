-- om_zaak (§8.4): a case at intake, and again when it is joined to another.
WITH person AS (
  SELECT p.person_id, 'NP' AS kind, p.sex, p.birth_date, p.surname, p.prefix, p.given_names, p.bsn, p.a_number, p.v_number, p.skn, p.second_skn, p.skn_station, p.postcode, p.house_number, CASE WHEN p.in_brp THEN p.place END AS place,
         c.iso3, CASE WHEN draw('dutch nationality', p.person_id) < CASE WHEN p.in_brp THEN .6 ELSE .05 END THEN 'NLD' ELSE c.iso3 END AS nationality, CAST(NULL AS VARCHAR) AS kvk
  FROM {truth.person} AS p JOIN {table.country} AS c ON CAST(c.country_nr AS INTEGER) = p.country_nr
  UNION ALL
  SELECT person_id, 'RP', NULL, NULL, name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 9, NULL, NULL, NULL, NULL, NULL, kvk FROM {truth.legal_person}
),
charged AS (
  SELECT case_id, max(CASE WHEN weight_order = 1 THEN charge_nr END) AS heaviest, count(*) FILTER (NOT subsidiary) AS charges FROM {truth.charge} GROUP BY case_id
),
kase AS (
  SELECT c.*, h.charges, CASE WHEN draw('own view', c.case_id) < .08 AND h.charges > 1 THEN 1 + h.heaviest % h.charges ELSE h.heaviest END AS main_charge,
         dense_rank() OVER (PARTITION BY c.parket ORDER BY c.person_id) AS local_nr, m.case_nr AS previous_nr, j.case_nr AS joined_nr
  FROM {truth.criminal_case} AS c JOIN charged AS h USING (case_id) LEFT JOIN {truth.criminal_case} AS m ON m.case_id = c.previous_case_id LEFT JOIN {truth.criminal_case} AS j ON j.case_id = c.joined_case_id
),
version AS (
  SELECT *, intake_date AS known, CAST(NULL AS VARCHAR) AS joined FROM kase
  UNION ALL
  SELECT *, joined_date, joined_nr FROM kase WHERE joined_nr IS NOT NULL
)
SELECT v.case_id AS _id, v.person_id AS _person, v.known AS _known,
       v.case_nr AS parketnr, CASE WHEN v.old_system THEN 'COMPAS' ELSE 'GPS' END AS bronsysteem, v.intake_date AS instroomdat, CAST(v.intake_kind AS VARCHAR) AS instroomsrt, v.stream AS zaakstroom, v.zsm AS zsm,
       lpad(CAST(v.parket AS VARCHAR), 2, '0') AS parket, p.kind AS soortverd, concat(lpad(CAST(v.parket AS VARCHAR), 2, '0'), lpad(CAST(v.local_nr AS VARCHAR), 8, '0')) AS om_persid,
       CASE WHEN p.skn_station > 2 THEN NULL WHEN p.second_skn IS NOT NULL AND draw('which skn', v.incident_id) < .5 THEN p.second_skn ELSE p.skn END AS skn,
       p.bsn AS bsn, p.a_number AS anr, p.v_number AS vnr, p.kvk AS kvknr, p.surname AS naam, p.prefix AS voorv, p.given_names AS voorn,
       CASE p.sex WHEN 'M' THEN '1' WHEN 'V' THEN '2' ELSE '9' END AS gesl, p.birth_date AS gebdat, p.iso3 AS geblnd, p.nationality AS nat, p.postcode AS pc6, p.house_number AS huisnr, m.code AS woongem,
       coalesce(v.youth, false) AS mindj, coalesce(v.custody AND v.pretrial, false) AS prevent, CAST(v.main_charge AS BIGINT) AS hoofdfeitnr, v.previous_nr AS herinstr_van, v.joined AS gevoegd_in,
       CASE WHEN v.scm = '224' THEN '01' WHEN v.scm IN ('332', '334', '336') THEN '02' WHEN v.scm = '121' THEN '03' WHEN v.scm IN ('31', '321') AND draw('domestic case', v.incident_id) < .15 THEN '04' WHEN v.scm = '335' THEN '06'
            WHEN v.scm = '36' THEN '07' WHEN v.scm = '17' THEN '09' ELSE '00' END AS pri_delict
FROM version AS v JOIN person AS p USING (person_id) LEFT JOIN {truth.municipality} AS m ON m.origin = p.place AND v.known BETWEEN m.valid_from AND m.valid_to
WHERE v.intake_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) AND v.known <= make_date({to}, 12, 31)
