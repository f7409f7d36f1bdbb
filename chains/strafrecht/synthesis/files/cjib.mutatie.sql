-- CJIB_MUTATIE (§8.6): the bookings that have been made by the end of the window.
SELECT b.booking_id AS _id, CASE WHEN b.person_id = b.order_id THEN NULL ELSE b.person_id END AS _person, b.booking_date AS _known, b.cjib_nr AS CJIBNR, CAST(b.booking_nr AS BIGINT) AS VOLGNR, b.booking_date AS DTMUT, b.kind AS MUTSRT, b.amount_ct AS BEDRAG_CT
FROM {truth.booking} AS b
WHERE b.booking_date BETWEEN make_date({from}, 1, 1) AND make_date({to}, 12, 31)
