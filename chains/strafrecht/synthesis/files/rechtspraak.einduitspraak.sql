-- RVDR_EINDUITSPRAAK (§8.5): a verdict, again when a remedy is lodged, and again when it is irrevocable.
WITH verdict AS (
  SELECT v.*, p.sex, year(p.birth_date) AS birth_year FROM {truth.verdict} AS v LEFT JOIN {truth.person} AS p ON p.person_id = v.person_id
),
version AS (
  -- without remedy or default the verdict is sent once it is irrevocable, two weeks on; near the end of the window as it stands
  SELECT *, verdict_date AS known, 1 AS version, false AS remedy, false AS final FROM verdict WHERE appealed OR by_default OR final_date > make_date({to}, 12, 31)
  UNION ALL SELECT *, appeal_date, 2, true, false FROM verdict WHERE appealed
  UNION ALL SELECT *, final_date, CASE WHEN appealed THEN 3 WHEN by_default THEN 2 ELSE 1 END, appealed, true FROM verdict
)
SELECT v.verdict_id AS _id, v.person_id AS _person, v.known AS _known, replace(v.case_nr, '/', '-') AS zaaknummer, CAST(1 AS BIGINT) AS "uitspraakVolgnummer",
       CASE WHEN draw('published', v.verdict_id) < .04 THEN concat('ECLI:NL:', v.court, ':', year(v.verdict_date), ':', 1000 + v.verdict_id // 16 % 99000) END AS ecli, v.court AS instantie, v.seat AS zittingsplaats, v.chamber AS kamer,
       v.summons_date AS "datumAanbreng", v.first_hearing_date AS "datumEersteZitting", v.verdict_date AS "datumUitspraak", v.hearings AS "aantalZittingen",
       CASE WHEN v.by_default THEN 'VS' WHEN draw('by counsel', v.verdict_id) < .2 THEN 'TG' ELSE 'TS' END AS verschijning, v.code AS eindbeslissing,
       CASE WHEN NOT v.remedy THEN 'GR' WHEN v.party = 'V' THEN 'HBV' WHEN v.party = 'O' THEN 'HBO' ELSE 'HBB' END AS rechtsmiddel, CASE WHEN v.remedy THEN v.appeal_date END AS "datumRechtsmiddel",
       CASE WHEN v.final THEN v.final_date END AS "onherroepelijkOp", CAST(v.birth_year AS BIGINT) AS geboortejaar, CASE v.sex WHEN 'M' THEN 'man' WHEN 'V' THEN 'vrouw' ELSE 'onbekend' END AS geslacht, v.youth AS jeugdstrafrecht, CAST(v.version AS BIGINT) AS versie
FROM version AS v
WHERE v.verdict_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31) AND v.known <= make_date({to}, 12, 31)
