-- POL_SLACHTOFFER (§8.1): no names and no numbers; known with the crime.
SELECT v.victim_id AS _id, CAST(NULL AS BIGINT) AS _person, v.reported_date AS _known,
       v.registration_nr AS REGISTRATIENR, v.offence_nr AS VOLGNR_FEIT, v.victim_nr AS SLO_VOLGNR, v.kind AS SOORT, v.sex AS GESLACHT, CAST(v.birth_year AS BIGINT) AS GEBJAAR,
       CASE WHEN draw('postcode of the victim', v.victim_id) < .9 THEN CAST(1000 + (CAST(v.municipality AS INTEGER) * 37 + CAST(floor(draw('victim part of town', v.victim_id) * 40) AS INTEGER)) % 8999 AS VARCHAR) END AS PC4,
       lpad(CAST(v.relation AS VARCHAR), 2, '0') AS RELATIE_VERD, v.injury AS LETSEL, v.wants_information AS WENST_INFO
FROM {truth.victim} AS v
WHERE NOT v.kmar AND v.reported_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
