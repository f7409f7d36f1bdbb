-- Strafzaak: one row per criminal case of the Public Prosecution Service against one person.
-- The leading offence is the primary charge with the highest statutory maximum; ties go to the lowest code of the
-- classification, then to the lowest charge number.
WITH feiten AS (
  SELECT parketnr, scm2010, pleegdatum, maxstraf_mnd,
         ROW_NUMBER() OVER (
           PARTITION BY parketnr
           ORDER BY zwaarte DESC NULLS LAST, scm2010 ASC NULLS LAST, feitnr ASC NULLS LAST
         ) AS volgorde,
         CAST(COUNT(*) OVER (PARTITION BY parketnr) AS BIGINT) AS aantal
  FROM {entity.feit}
)
SELECT z.parketnr,
       z._person AS persoon,
       z.soortverd AS soort_verdachte,
       z.geslacht,
       z.geboortejaar,
       z.herkomst,
       z.mindj AS minderjarig,
       z.instroomdat AS instroomdatum,
       z.instroom,
       z.zaakstroom,
       CASE WHEN z.zsm THEN 'J' WHEN NOT z.zsm THEN 'N' END AS zsm,
       z.parket,
       z.prevent AS preventief,
       z.herinstr_van AS herinstroom_van,
       z.gevoegd_in,
       f.scm2010,
       f.pleegdatum,
       f.maxstraf_mnd,
       COALESCE(f.aantal, CAST(0 AS BIGINT)) AS aantal_feiten
FROM {om.zaak} AS z
LEFT JOIN feiten AS f ON f.parketnr = z.parketnr AND f.volgorde = 1
