-- What the collection office books on an order (§6.11, §8.6): the steps of each course, with the money as a share of what is due.
WITH step AS (
  SELECT * FROM (SELECT step, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma FROM {table.duration})
    PIVOT (max(median) AS m, max(sigma) AS s FOR step IN ('payment', 'reminder'))
),
course AS (
  SELECT result, CAST(variant AS INTEGER) AS variant, CAST(seq AS INTEGER) AS seq, lpad(CAST(kind AS VARCHAR), 2, '0') AS kind, CAST(after_days AS INTEGER) AS after_days, CAST(percent AS BIGINT) AS percent FROM {table.booking_course}
),
variant_of AS (
  SELECT o.*, CASE WHEN o.result IN ('paid', 'reminded') AND draw('course', o.order_id) < .28 THEN 2 ELSE 1 END AS variant,
         CAST(least(400, ceil(s.payment_m * exp(s.payment_s * normal(draw('payment', o.order_id))))) AS INTEGER) AS payment_days
  FROM {truth.collection} AS o, step AS s
)
SELECT row_number() OVER (ORDER BY o.order_id, c.seq) AS booking_id, o.order_id, o.person_id, o.cjib_nr, c.seq AS booking_nr, c.kind,
       o.received_date + least(o.payment_days, 60) + CAST(round(c.after_days * (.8 + .4 * draw('booking pace', o.order_id))) AS INTEGER) AS booking_date,
       -- the closing payment is what is still due, costs included
       CASE WHEN c.kind = '01' THEN o.amount_ct + o.costs_ct - CAST(coalesce(sum(CASE WHEN c.kind = '02' THEN o.amount_ct * c.percent // 100 END) OVER (PARTITION BY o.order_id), 0) AS BIGINT) ELSE o.amount_ct * c.percent // 100 END AS amount_ct
FROM variant_of AS o JOIN course AS c ON c.result = o.result AND c.variant = o.variant
