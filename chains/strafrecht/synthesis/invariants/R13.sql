-- R13: what is paid on an order is at most its amount and costs.
SELECT o.order_id, o.amount_ct + o.costs_ct AS due, sum(b.amount_ct) AS paid
FROM {truth.collection} AS o JOIN {truth.booking} AS b USING (order_id) WHERE b.kind IN ('01', '02')
GROUP BY o.order_id, o.amount_ct, o.costs_ct HAVING sum(b.amount_ct) > o.amount_ct + o.costs_ct
