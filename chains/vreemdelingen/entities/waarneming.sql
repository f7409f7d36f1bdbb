-- Waarneming: one row per organisation with the first and the last day that its deliveries cover. Deliveries are monthly
-- and known in the month after their own. The first one holds what was pending on its first day, but not what had ended
-- before, so that figures cannot go back further.
SELECT organisatie,
       p_date_of(p_year(p_add_days(eerste_kennis, -1)), p_month(p_add_days(eerste_kennis, -1)), 1) AS vanaf,
       p_add_days(laatste_kennis, -1) AS tot_en_met
FROM (
  SELECT organisatie,
         p_date_of(p_year(MIN(bekend)), p_month(MIN(bekend)), 1) AS eerste_kennis,
         p_date_of(p_year(MAX(bekend)), p_month(MAX(bekend)), 1) AS laatste_kennis
  FROM (
    SELECT 'ind' AS organisatie, _known_from AS bekend FROM {ind.aanvraag}
    UNION ALL
    SELECT 'coa', _known_from FROM {coa.verblijf}
    UNION ALL
    SELECT 'dtv', _known_from FROM {dtv.zaak}
  ) AS k
  GROUP BY organisatie
) AS m
