-- Feit: one row per primary charge of a criminal case; alternative charges do not count.
-- registratienr leads to the crime of the police or the Royal Marechaussee, or to the dossier of a special investigation service,
-- where it is known.
-- zwaarte is the statutory maximum in thirds of a month: three times the maximum, twice for an attempt.
SELECT f.parketnr,
       f.feitnr,
       f.artcode AS artikel,
       f.scm2010,
       f.pleegdatum_van AS pleegdatum,
       f.pvnr AS registratienr,
       f.poging,
       f.maxstraf_mnd,
       CAST(COALESCE(f.maxstraf_mnd, CAST(a.max_months AS BIGINT)) * CASE WHEN f.poging THEN 2 ELSE 3 END AS BIGINT) AS zwaarte
FROM {om.feit} AS f
LEFT JOIN {reference.artikel} AS a ON a.code = f.artcode
WHERE NOT f.subsidiair
