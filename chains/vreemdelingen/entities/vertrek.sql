-- Vertrek: one row per departure case, departed or not. Departures before the deliveries begin do not count.
SELECT z.zaaknr,
       z._person AS persoon,
       z.overdracht,
       z.datum_vertrek,
       CASE WHEN z.datum_vertrek >= w.vanaf THEN z.datum_vertrek END AS vertrokken_op,
       z.wijze,
       z.land,
       p_days(z.overdracht, z.datum_vertrek) AS dagen_tot_vertrek
FROM {dtv.zaak} AS z
CROSS JOIN (SELECT vanaf FROM {entity.waarneming} WHERE organisatie = 'dtv') AS w
