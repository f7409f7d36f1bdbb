-- POL_VERDACHTE (§8.1): a suspect from the hearing on, and again when the file goes to the public prosecution service.
WITH suspect AS (
  SELECT s.*, s.hearing_date AS first_known, i.custody AND i.pretrial AS remanded
  FROM {truth.suspect} AS s JOIN {truth.incident} AS i USING (incident_id)
  WHERE NOT s.kmar AND s.hearing_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
),
version AS (
  SELECT *, first_known AS known, CASE WHEN sent_date > first_known THEN 'OPEN' ELSE police_outcome END AS outcome, CASE WHEN sent_date <= first_known THEN sent_date END AS sent FROM suspect
  UNION ALL
  SELECT *, sent_date, police_outcome, sent_date FROM suspect WHERE sent_date > first_known
),
-- The place where somebody lives is looked up by its name first, then by its dates.
living AS MATERIALIZED (
  SELECT v.suspect_id, v.known, p.place FROM version AS v JOIN {truth.person} AS p USING (person_id)
),
home AS (
  SELECT l.suspect_id, l.known, m.code FROM living AS l JOIN {truth.municipality} AS m ON m.origin = l.place WHERE l.known BETWEEN m.valid_from AND m.valid_to
)
SELECT v.suspect_id AS _id, v.person_id AS _person, v.known AS _known,
       v.registration_nr AS REGISTRATIENR, v.offence_nr AS VOLGNR_FEIT, v.suspect_nr AS VERD_VOLGNR, v.local_number AS PERSOONSID_BVH, p.bsn AS BSN,
       CASE WHEN p.skn_station > 1 THEN NULL WHEN p.second_skn IS NOT NULL AND draw('which skn', v.incident_id) < .5 THEN p.second_skn ELSE p.skn END AS SKN,
       p.v_number AS VNUMMER, p.surname AS ACHTERNAAM, p.prefix AS VOORVOEGSEL, p.given_names AS VOORNAMEN, p.sex AS GESLACHT, p.birth_date AS GEBDAT,
       lpad(CAST(c.brp AS VARCHAR), 4, '0') AS GEBLAND, lpad(CAST(CASE WHEN draw('dutch nationality', p.person_id) < CASE WHEN p.in_brp THEN .6 ELSE .05 END THEN 1 ELSE CAST(c.nationality_brp AS INTEGER) END AS VARCHAR), 4, '0') AS NAT,
       p.postcode AS ADRES_PC6, p.house_number AS HUISNR, CASE WHEN p.in_brp THEN m.code END AS WOONGEM,
       CASE WHEN v.co_suspect THEN CASE WHEN draw('solicited', v.suspect_id) < .02 THEN 'U' ELSE 'M' END ELSE 'V' END AS ROL, v.hearing_date AS VERHOORDATUM,
       CASE WHEN v.remanded OR draw('arrested', v.incident_id) < .48 THEN CAST(v.hearing_date AS TIMESTAMP) + to_minutes(CAST(floor(draw('arrest hour', v.incident_id) * 1439) AS INTEGER)) END AS AANHOUDDATUM,
       coalesce(v.remanded, false) OR draw('police custody', v.incident_id) < .09 AS IVS, v.outcome AS AFLOOP, v.sent AS DAT_INZENDING
FROM version AS v JOIN {truth.person} AS p USING (person_id) JOIN {table.country} AS c ON CAST(c.country_nr AS INTEGER) = p.country_nr
  JOIN home AS m ON m.suspect_id = v.suspect_id AND m.known = v.known
WHERE v.known <= make_date({to}, 12, 31)
