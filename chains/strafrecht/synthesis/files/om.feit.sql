-- om_feit (§8.4): the charges of a case, known with the case. The number of the police, the Royal Marechaussee or a special investigation service in its standard notation; 2% of the charges come without one.
SELECT h.charge_id AS _id, h.person_id AS _person, c.intake_date AS _known,
       c.case_nr AS parketnr, CAST(h.charge_nr AS BIGINT) AS feitnr, h.article AS artcode, h.article_part AS artlid, concat(h.description, CASE WHEN h.attempt THEN ' (poging)' ELSE '' END) AS kwal_oms,
       h.offence_date AS pleegdatum_van, CASE WHEN draw('charge period', h.charge_id) < .2 THEN least(c.intake_date, h.offence_date + CAST(floor(draw('charge period days', h.charge_id) * 10) AS INTEGER)) END AS pleegdatum_tot,
       h.municipality AS pleeggem, CASE WHEN h.unnumbered THEN NULL WHEN h.registration_nr LIKE 'PL%' THEN concat(h.registration_nr, '-1') ELSE h.registration_nr END AS pvnr,
       CAST(greatest(1, round(h.max_years * 12)) AS BIGINT) AS maxstraf_mnd, h.attempt AS poging, h.co_suspect AS medepl, h.subsidiary AS subsidiair
FROM {truth.charge} AS h JOIN {truth.criminal_case} AS c USING (case_id)
WHERE c.intake_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
