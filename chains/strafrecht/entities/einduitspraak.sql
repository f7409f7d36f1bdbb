-- Einduitspraak: one row per final judgment in first instance. Adjournments, referrals, joinders and withdrawn
-- summonses are no final judgments. The person and the offence come from the criminal case.
SELECT u.zaaknummer AS parketnr,
       u.uitspraak_volgnummer AS volgnr,
       z.persoon,
       z.parket,
       z.scm2010,
       u.rechter,
       u.datum_uitspraak,
       u.vonnis,
       u.einduitspraak,
       u.rechtsmiddel,
       u.onherroepelijk_op,
       u.jeugdstrafrecht,
       u.geslacht,
       u.geboortejaar,
       p_days(u.datum_aanbreng, u.datum_uitspraak) AS dagen_tot_uitspraak
FROM {rechtspraak.einduitspraak} AS u
LEFT JOIN {entity.strafzaak} AS z ON z.parketnr = u.zaaknummer
WHERE u.einduitspraak IS NOT NULL AND u.einduitspraak NOT IN ('event only', 'outside scope')
