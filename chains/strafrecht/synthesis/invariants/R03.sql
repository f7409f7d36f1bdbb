-- R3: 98% of the charges reference a registration of the police or the Royal Marechaussee or a dossier of a special investigation service (half a point and three sigma): the share when it is off, and charges whose number is of no such registration.
SELECT 'share' AS what, t.charges, t.referencing, NULL AS charge_id
FROM (
  SELECT count(*) AS charges, count(*) FILTER (NOT unnumbered) AS referencing FROM {truth.charge}
) AS t
WHERE t.charges > 0 AND abs(1.0 * t.referencing / t.charges - .98) > .005 + 3 * sqrt(.98 * .02 / t.charges)
UNION ALL
SELECT 'charge', NULL, NULL, h.charge_id
FROM {truth.charge} AS h LEFT JOIN {truth.crime} AS k ON k.crime_id = h.crime_id
WHERE h.registration_nr IS NULL AND NOT h.unnumbered OR h.crime_id IS NOT NULL AND (k.crime_id IS NULL OR k.registration_nr <> h.registration_nr)
UNION ALL
SELECT 'dossier', NULL, NULL, h.charge_id
FROM {truth.charge} AS h LEFT JOIN {truth.bod_dossier} AS d ON d.dossier_nr = h.registration_nr WHERE h.crime_id IS NULL AND h.registration_nr IS NOT NULL AND d.dossier_id IS NULL
