-- OmBeslissing: the leading decision of each criminal case, which is the last one that is not a mere event.
-- Cases whose leading decision lies outside the scope of crimes are left out.
WITH beslissingen AS (
  SELECT b.parketnr, b.besl_volgnr, b.besl_dat, b.beslissing, b.sepotgrond, b.sb_bedrag, b.sb_uren, b.sb_verzet,
         ROW_NUMBER() OVER (PARTITION BY b.parketnr ORDER BY b.besl_volgnr DESC NULLS LAST) AS van_achteren
  FROM {om.beslissing} AS b
  WHERE b.beslissing IS NOT NULL AND b.beslissing <> 'event only'
)
SELECT b.parketnr,
       b.besl_volgnr AS volgnr,
       b.besl_dat AS besluitdatum,
       b.beslissing,
       b.sepotgrond,
       b.sb_bedrag,
       b.sb_uren,
       b.sb_verzet,
       z.persoon,
       z.parket,
       z.scm2010,
       z.instroomdatum,
       CASE WHEN b.besl_dat >= z.instroomdatum THEN p_days(z.instroomdatum, b.besl_dat) END AS dagen_tot_beslissing
FROM beslissingen AS b
LEFT JOIN {entity.strafzaak} AS z ON z.parketnr = b.parketnr
WHERE b.van_achteren = 1 AND b.beslissing <> 'outside scope'
