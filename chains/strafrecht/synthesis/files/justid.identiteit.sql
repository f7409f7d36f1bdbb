-- SKDB_IDENTITEIT (§8.11): an identity when it is determined. An alias has another name and no numbers.
SELECT i.identity_id AS _id, i.person_id AS _person, i.determined_date AS _known,
       i.skn, CAST(i.identity_nr AS BIGINT) AS "identiteitVolgnr", i.is_leading AS leidend, CASE i.skn_station WHEN 1 THEN 'POL' WHEN 2 THEN 'OM' ELSE 'JUST' END AS bron, i.determined_at AS "vastgesteldOp", i.method AS methode,
       CASE WHEN i.alias THEN concat(split_part(p.given_names, ' ', 1), 'sen') ELSE p.surname END AS achternaam, CASE WHEN NOT i.alias THEN p.prefix END AS voorvoegsel, p.given_names AS voornamen,
       CASE WHEN i.alias THEN p.birth_date + 366 ELSE p.birth_date END AS geboortedatum, c.iso3 AS geboorteland, p.sex AS geslacht,
       CASE WHEN NOT i.alias THEN p.bsn END AS bsn, CASE WHEN NOT i.alias THEN p.v_number END AS vnummer, i.alias
FROM {truth.identity} AS i JOIN {truth.person} AS p USING (person_id) JOIN {table.country} AS c ON CAST(c.country_nr AS INTEGER) = p.country_nr
