-- Misdrijf: one row per registered crime of the police or the Royal Marechaussee, counted once, at the unit where it was
-- committed; the Marechaussee counts as a unit of its own, and of its incidents those that have a place in the classification.
-- A crime that a second unit registered as well is left out. Before July 2018 only the heaviest crime of a registration
-- counts: the highest statutory maximum, ties by the lowest code of the classification.
-- per_duizend is what a crime adds to the number per thousand inhabitants of its year, so that it may be summed.
WITH geteld AS (
  SELECT m.registratienr, m.volgnr_feit, m.mk_code, m.scm2010, m.poging, m.datum_kennisname, m.pleeg_van, m.pleeg_gem,
         m.eenheid, m.cyber, m.hg, m.opgehelderd, m.dat_opgeh, m.schade_eur, m.status, m.reden_stop,
         ROW_NUMBER() OVER (
           PARTITION BY m.registratienr
           ORDER BY CAST(s.max_years AS DECIMAL(8,2)) DESC NULLS LAST, m.scm2010 ASC NULLS LAST, m.volgnr_feit ASC NULLS LAST
         ) AS zwaarte
  FROM {politie.misdrijf} AS m
  LEFT JOIN {reference.mk} AS s ON s.code = m.mk_code
  WHERE (m.eenheid_meld IS NULL OR m.eenheid_meld = m.eenheid_pleeg)
    AND m.scm2010 IS NOT NULL AND m.scm2010 NOT IN ('outside scope', 'event only')
),
alle AS (
  SELECT g.registratienr, g.volgnr_feit, g.mk_code, g.scm2010, g.poging, g.datum_kennisname, g.pleeg_van, g.pleeg_gem,
         g.eenheid, g.cyber, g.hg, g.opgehelderd, g.dat_opgeh, g.schade_eur, g.status, g.reden_stop
  FROM geteld AS g
  WHERE g.datum_kennisname >= p_date_of(2018, 7, 1) OR g.zwaarte = 1
  UNION ALL
  -- One number is one crime. The day of the offence, damage and reasons to stop are not registered.
  SELECT i.nummer, CAST(1 AS BIGINT), CAST(NULL AS VARCHAR), i.scm2010, i.poging, i.datum, CAST(NULL AS TIMESTAMP), i.gemeente,
         'KM', CAST(NULL AS BOOLEAN), CAST(NULL AS BOOLEAN), i.opgehelderd, i.datum_opheldering, CAST(NULL AS DECIMAL(18, 2)), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)
  FROM {kmar.incident} AS i
  WHERE i.scm2010 IS NOT NULL AND i.scm2010 NOT IN ('outside scope', 'event only')
)
SELECT registratienr,
       volgnr_feit,
       mk_code,
       scm2010,
       poging,
       datum_kennisname AS kennisname,
       p_date(pleeg_van) AS pleegdatum,
       pleeg_gem AS gemeente,
       eenheid,
       cyber,
       hg AS huiselijk_geweld,
       CASE WHEN opgehelderd THEN 'J' ELSE 'N' END AS opgehelderd,
       CASE WHEN opgehelderd THEN dat_opgeh END AS opgehelderd_op,
       schade_eur,
       status,
       reden_stop,
       CASE
         WHEN opgehelderd THEN 'OPGE'
         WHEN status IN ('V', 'S') AND reden_stop IS NOT NULL THEN reden_stop
         WHEN status IN ('V', 'S') THEN 'STOP'
         ELSE 'LOPD'
       END AS afhandeling,
       CAST(p_ratio(1000, b.inwoners) AS DECIMAL(18, 12)) AS per_duizend
FROM alle
LEFT JOIN {entity.bevolking} AS b ON p_year(datum_kennisname) BETWEEN b.geldt_van AND b.geldt_tot
