-- Incasso: one row per step or payment in the collection of an amount, with the order it belongs to.
-- Administrative fines are outside the scope of the criminal justice chain.
SELECT m.cjibnr,
       m.volgnr,
       m.dtmut AS datum,
       m.incassostap,
       m.bedrag_ct,
       o.soort,
       o.aanleveraar,
       o.parketnr,
       o._person AS persoon,
       o.dtinstr AS instroom_op,
       o.bedrag_ct AS opgelegd_ct,
       o.adm_ct AS kosten_ct
FROM {cjib.mutatie} AS m
JOIN {cjib.opdracht} AS o ON o.cjibnr = m.cjibnr
WHERE o.soort IS NOT NULL AND o.soort NOT IN ('event only', 'outside scope')
