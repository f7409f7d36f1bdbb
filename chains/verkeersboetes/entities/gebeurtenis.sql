-- Gebeurtenis: every event of every fine, of all five organisations in one table. Events of one day have no time of
-- day; they are ordered by organisation (police 1, treasury 2, prefecture 3, court 4, collection 5) and then by their
-- row in the delivery (rij).
SELECT fine, 'police' AS organisatie, 1 AS organisatie_volgorde, activiteit, datum, _row AS rij, amount AS bedrag, expense AS kosten, voertuigklasse, kwijting
FROM {police.events}
UNION ALL
SELECT fine, 'treasury', 2, activiteit, datum, _row, payment_amount, CAST(NULL AS DECIMAL(18,2)), CAST(NULL AS STRING), CAST(NULL AS STRING)
FROM {treasury.events}
UNION ALL
SELECT fine, 'prefecture', 3, activiteit, datum, _row, CAST(NULL AS DECIMAL(18,2)), CAST(NULL AS DECIMAL(18,2)), CAST(NULL AS STRING), kwijting
FROM {prefecture.events}
UNION ALL
SELECT fine, 'court', 4, activiteit, datum, _row, CAST(NULL AS DECIMAL(18,2)), CAST(NULL AS DECIMAL(18,2)), CAST(NULL AS STRING), kwijting
FROM {court.events}
UNION ALL
SELECT fine, 'collection', 5, activiteit, datum, _row, CAST(NULL AS DECIMAL(18,2)), CAST(NULL AS DECIMAL(18,2)), CAST(NULL AS STRING), CAST(NULL AS STRING)
FROM {collection.events}
