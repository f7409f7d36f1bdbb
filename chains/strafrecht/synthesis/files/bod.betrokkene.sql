-- BOD_DOSSIER, betrokkenen (§8.3): with each version of their dossier (bod.dossier). A name is one field; a company has a number of the Chamber of Commerce, a natural person a citizen number if there is one.
WITH version AS (
  SELECT dossier_id, greatest(start_date, make_date({from}, 1, 1)) AS known FROM {truth.bod_dossier} WHERE coalesce(sent_date, stop_date, DATE '9999-01-01') > greatest(start_date, make_date({from}, 1, 1))
  UNION
  SELECT d.dossier_id, k.known FROM {truth.bod_dossier} AS d, unnest([d.sent_date, d.intake_date, d.stop_date]) AS k(known) WHERE k.known IS NOT NULL
)
SELECT b.party_id AS _id, b.person_id AS _person, v.known AS _known,
       d.dossier_nr AS "dossier@nr", b.party_nr AS "@volgnr", d.service AS "dossier@dienst", b.kind AS "@soort", coalesce(p.bsn, t.bsn) AS bsn, coalesce(l.kvk, t.kvk) AS kvk,
       CASE WHEN l.person_id IS NOT NULL THEN l.name WHEN p.person_id IS NOT NULL THEN concat_ws(' ', p.initials, p.prefix, p.surname) ELSE concat_ws(' ', t.initials, t.prefix, t.surname) END AS naam,
       coalesce(p.birth_date, t.birth_date) AS geboortedatum, b.role AS rol
FROM version AS v JOIN {truth.bod_dossier} AS d USING (dossier_id) JOIN {truth.bod_party} AS b USING (dossier_id) LEFT JOIN {truth.person} AS p ON p.person_id = b.person_id
  LEFT JOIN {truth.legal_person} AS l ON l.person_id = b.person_id LEFT JOIN {truth.stranger} AS t ON t.stranger_id = b.party_id * 2 + 1
WHERE v.known BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
