-- R20: a court fine (BV), compensation (SV) or unlawful gain (OV) at the collection office has a sanction of that kind, with its amount, and one order.
SELECT o.order_id, o.kind, o.sanction_id
FROM {truth.collection} AS o LEFT JOIN {truth.sanction} AS s ON s.sanction_id = o.sanction_id
WHERE o.kind IN ('BV', 'SV', 'OV') AND (s.sanction_id IS NULL OR s.code <> CASE o.kind WHEN 'BV' THEN 'GBO' WHEN 'SV' THEN 'SVM' ELSE 'ONT' END OR s.person_id <> o.person_id OR o.amount_ct <> s.amount * 100)
UNION ALL
SELECT NULL, any_value(kind), sanction_id FROM {truth.collection} WHERE sanction_id IS NOT NULL GROUP BY sanction_id HAVING count(*) > 1
