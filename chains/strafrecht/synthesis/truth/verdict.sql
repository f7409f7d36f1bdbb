-- Final decisions of the courts in first instance (§6.7).
WITH formal AS (
  SELECT code, (sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) - CAST(share AS DOUBLE)) / sum(CAST(share AS DOUBLE)) OVER () AS lo, sum(CAST(share AS DOUBLE)) OVER (ORDER BY code) / sum(CAST(share AS DOUBLE)) OVER () AS hi
  FROM {table.verdict_kind} WHERE CAST(guilty AS INTEGER) = 0 AND CAST(acquittal AS INTEGER) = 0
),
court AS (
  SELECT DISTINCT CAST(parket AS INTEGER) AS parket, court, CAST(hof_code AS INTEGER) AS hof_code, appeal_court FROM {table.parket}
  UNION ALL SELECT 81, 'RBROT', 22, 'GHDHA'
),
seat AS (SELECT court, CAST(seat_nr AS INTEGER) AS seat_nr, seat, count(*) OVER (PARTITION BY court) AS seats FROM {table.seat}),
base AS (
  SELECT c.*, k.court, k.hof_code, k.appeal_court, CASE WHEN c.verdict = 'FORM' THEN f.code ELSE c.verdict END AS code,
         -- hearings: one and a few more; the first between summons and verdict
         1 + CASE WHEN c.chamber IN ('MK', 'MKJ') THEN CAST(floor(-ln(1 - draw('hearings', c.case_id)) * 1.8) AS INTEGER) ELSE CASE WHEN draw('hearings', c.case_id) < .72 THEN 0 WHEN draw('hearings', c.case_id) < .95 THEN 1 ELSE 2 END END AS hearings
  FROM {truth.criminal_case} AS c JOIN court AS k ON k.parket = c.parket
    LEFT JOIN formal AS f ON draw('formal verdict', c.case_id) >= f.lo AND (draw('formal verdict', c.case_id) < f.hi OR f.hi > .99999)
  WHERE c.verdict_date IS NOT NULL
)
SELECT b.case_id AS verdict_id, b.case_id, b.person_id, b.case_nr, b.court, b.hof_code, b.appeal_court, s.seat, b.chamber, b.decision_date AS summons_date, b.verdict_date, CAST(b.hearings AS BIGINT) AS hearings,
       CASE WHEN b.hearings = 1 THEN b.verdict_date - CAST(CASE WHEN b.chamber IN ('MK', 'MKJ') THEN least(14, (b.verdict_date - b.decision_date) // 2) ELSE 0 END AS INTEGER)
            ELSE b.verdict_date - CAST(least(30 + 45 * b.hearings, (b.verdict_date - b.decision_date) // 2) AS INTEGER) END AS first_hearing_date,
       b.by_default, b.code, b.appealed, CASE WHEN NOT b.appealed THEN 'N' WHEN draw('party', b.case_id) < .82 THEN 'V' WHEN draw('party', b.case_id) < .93 THEN 'O' ELSE 'B' END AS party,
       CASE WHEN b.appealed THEN b.verdict_date + 1 + CAST(floor(draw('appeal lodged', b.case_id) * 14) AS INTEGER) END AS appeal_date, b.appeal_verdict_date, b.final_date,
       b.youth, b.age, b.legal, b.scm, b.crime_nr, b.max_years, b.p, b.custody, b.modality, b.custody_days, b.pretrial, b.with_victim, b.incident_id
FROM base AS b JOIN seat AS s ON s.court = b.court AND s.seat_nr = 1 + CAST(floor(draw('seat', b.case_id) * s.seats) AS INTEGER)
