-- Incidents with what follows from them: who is sent to the OM, what it decides, what the court does, and p, the number of earlier guilty outcomes (§6.3-§6.9).
-- All draws and durations are made first; then one walk through each person's incidents in order of time settles p and drops what falls inside a detention.
WITH RECURSIVE crime AS (
  SELECT CAST(crime_nr AS INTEGER) AS crime_nr, mk, CAST(scm AS VARCHAR) AS scm, CAST(max_years AS DOUBLE) AS max_years, victim,
         dense_rank() OVER (ORDER BY CAST(max_years AS DOUBLE) DESC, CAST(scm AS VARCHAR)) AS severity
  FROM {table.crime}
),
kind AS (
  SELECT code, CAST(share AS DOUBLE) / 100 AS share, CAST(guilty AS INTEGER) AS guilty, CAST(acquittal AS INTEGER) AS acquittal,
         CAST(traffic_factor AS DOUBLE) AS traffic, CAST(sexual_factor AS DOUBLE) AS sexual FROM {table.verdict_kind}
),
-- Probability of each decision per crime, year and p (§6.5): base, offence modifier, year factor (om_calibration), renormalised.
weight AS (
  SELECT c.crime_nr, y.year, p.p,
         .30 * greatest(.15, 1 - .13 * p.p) * CASE WHEN c.max_years > 6 THEN 0 WHEN c.scm = '52' THEN 1.9 WHEN c.mk = 'A50' THEN 1.3 ELSE 1 END * k.strb AS strb,
         (1 - .22 - .16 * greatest(.4, 1 - .1 * p.p) - .30 * greatest(.15, 1 - .13 * p.p)) * CASE WHEN c.max_years >= 8 THEN 1.6 ELSE 1 END * k.dagv AS dagv,
         .20 * CASE WHEN c.scm LIKE '33%' OR c.scm LIKE '12%' THEN 1.5 WHEN c.scm IN ('52', '57') THEN .3 ELSE 1 END * k.sepo AS sept,
         .10 * greatest(.4, 1 - .1 * p.p) * k.sepo AS sepb,
         .06 * greatest(.4, 1 - .1 * p.p) * k.sepv AS sepv, .01 * k.tran AS tran, .01 * k.rest AS rest
  FROM crime AS c, unnest(range(1995, {to} + 1)) AS y(year), unnest(range(0, 12)) AS p(p)
    JOIN (SELECT CAST(year AS INTEGER) AS year, CAST(strb AS DOUBLE) AS strb, CAST(dagv AS DOUBLE) AS dagv, CAST(sepo AS DOUBLE) AS sepo, CAST(sepv AS DOUBLE) AS sepv,
                 CAST(tran AS DOUBLE) AS tran, CAST(rest AS DOUBLE) AS rest FROM {table.om_calibration}) AS k ON k.year = y.year
),
profile AS (
  SELECT crime_nr, year, list(strb / w ORDER BY p) AS strb, list((strb + dagv) / w ORDER BY p) AS dagv, list((strb + dagv + sept) / w ORDER BY p) AS sept,
         list((strb + dagv + sept + sepb) / w ORDER BY p) AS sepb, list((strb + dagv + sept + sepb + sepv) / w ORDER BY p) AS sepv,
         list((strb + dagv + sept + sepb + sepv + tran) / w ORDER BY p) AS tran
  FROM (SELECT *, strb + dagv + sept + sepb + sepv + tran + rest AS w FROM weight) GROUP BY ALL
),
-- Probability of guilt; the odds of acquittal differ for sexual and traffic offences (§6.7).
guilt AS (
  SELECT c.crime_nr, (1 - q.acquitted) * k.guilty / (k.guilty + k.formal) AS guilty, (1 - q.acquitted) * k.formal / (k.guilty + k.formal) AS formal
  FROM crime AS c,
       (SELECT sum(share) FILTER (guilty = 1) AS guilty, sum(share) FILTER (guilty = 0 AND acquittal = 0) AS formal,
               max(share) FILTER (acquittal = 1) AS acquittal, max(traffic) FILTER (acquittal = 1) AS traffic, max(sexual) FILTER (acquittal = 1) AS sexual
        FROM (SELECT code, share, guilty, CASE WHEN code = 'VRS' THEN 1 ELSE 0 END AS acquittal, traffic, sexual FROM kind)) AS k,
       LATERAL (SELECT k.acquittal / (1 - k.acquittal) * CASE WHEN c.scm LIKE '33%' THEN k.sexual WHEN c.scm LIKE '5%' THEN k.traffic ELSE 1 END AS odds) AS o,
       LATERAL (SELECT o.odds / (1 + o.odds) AS acquitted) AS q
),
step AS (
  SELECT * FROM (SELECT step, CAST(median AS DOUBLE) AS median, CAST(sigma AS DOUBLE) AS sigma FROM {table.duration})
    PIVOT (max(median) AS m, max(sigma) AS s FOR step IN ('verhoor', 'inzending', 'dagvaarding', 'strafbeschikking', 'sepot', 'single_judge', 'full_bench', 'youth_judge', 'appeal', 'service', 'custody', 'custody_life', 'self_report', 'arrest', 'handover', 'execution'))
),
-- The heaviest offence decides: highest maximum, then lowest SCM (§9.5), then the first registration: the lowest of numbers in which these and the crime stand one behind another.
heaviest AS (
  SELECT incident_id, person_id, first_offence, offence_date, reported_date, registrations, incident_id * 8 + heaviest // 1000 % 8 AS heaviest_registration, CAST(heaviest % 1000 AS INTEGER) AS crime_nr, unit,
         victim_person OR victim_business AND draw('business victim', incident_id) < {parameter.business_victim} AS with_victim
  FROM (
    SELECT r.incident_id, min(r.person_id) AS person_id, min(r.offence_date) AS first_offence, max(r.offence_date) AS offence_date, max(r.reported_date) AS reported_date, count(*) AS registrations,
           min((c.severity * 8 + r.n) * 1000 + c.crime_nr) AS heaviest, min(r.unit) AS unit, bool_or(c.victim = 'P') AS victim_person, bool_or(c.victim = 'B') AS victim_business
    FROM {truth.registration} AS r JOIN crime AS c USING (crime_nr)
    GROUP BY r.incident_id
  )
),
arrived AS (
  SELECT h.*, c.scm, c.max_years, p.birth_date, p.sex, p.class, p.in_brp, p.incidents, (h.first_offence - p.birth_date) / 365.25 AS age,
         h.reported_date + CAST(CASE WHEN draw('hearing at once', h.incident_id) < .45 THEN floor(draw('hearing next day', h.incident_id) * 2)
                                     ELSE least(1500, ceil(s.verhoor_m * exp(s.verhoor_s * normal(draw('verhoor', h.incident_id))))) END AS INTEGER) AS hearing_date,
         draw('zsm', h.incident_id) < .74 AND c.max_years < 9 AS zsm
  FROM heaviest AS h JOIN crime AS c USING (crime_nr) JOIN {truth.career} AS p USING (person_id), step AS s
  WHERE h.first_offence >= make_date({from} - {parameter.lead_years} - 1, 1, 1)
),
sent AS (
  SELECT a.*, a.age < 18 AS youth,
         a.hearing_date + CAST(CASE WHEN a.zsm THEN floor(draw('zsm days', a.incident_id) * 4)
                                    ELSE least(1000, ceil(s.inzending_m * exp(s.inzending_s * normal(draw('inzending', a.incident_id))))) END AS INTEGER) AS sent_date,
         CASE WHEN a.max_years >= 8 AND draw('full bench', a.incident_id) < {parameter.full_bench} THEN CASE WHEN a.age < 18 THEN 'MKJ' ELSE 'MK' END WHEN a.age < 18 THEN 'KR'
              WHEN draw('economic judge', a.incident_id) < {parameter.economic_judge} THEN 'EPR' ELSE 'PR' END AS chamber,
         -- 45% of all who get custody, and more of prolific offenders and of those for whom a long sentence is in prospect
         draw('pretrial', a.incident_id) < CASE WHEN a.scm = '34' OR draw('custody length', a.incident_id) >= .81 THEN .95 WHEN draw('custody length', a.incident_id) >= .327 THEN .42 ELSE .20 END
           * CASE WHEN a.class = 'C' THEN 1.4 ELSE .8 END AS pretrial
  FROM arrived AS a, step AS s
),
taken_in AS (
  SELECT s.*, s.sent_date + CAST(CASE WHEN s.zsm THEN 0 ELSE floor(draw('intake', s.incident_id) * 4) END AS INTEGER) AS intake_date,
         CASE WHEN s.chamber IN ('MK', 'MKJ') THEN 1 ELSE 0 END AS bench, draw('supersnel', s.incident_id) < .02 AND s.chamber = 'PR' AS express
  FROM sent AS s
),
summoned AS (
  SELECT t.*, t.intake_date + CAST(CASE WHEN t.express THEN floor(draw('express', t.incident_id) * 4)
                                        ELSE least(2000, ceil(s.dagvaarding_m * exp(s.dagvaarding_s * normal(draw('decision days', t.incident_id))))) END AS INTEGER) AS summons_date,
         t.intake_date + CAST(least(1500, ceil(s.strafbeschikking_m * exp(s.strafbeschikking_s * normal(draw('decision days', t.incident_id))))) AS INTEGER) AS order_date,
         t.intake_date + CAST(least(2000, ceil(s.sepot_m * exp(s.sepot_s * normal(draw('decision days', t.incident_id))))) AS INTEGER) AS dismissal_date
  FROM taken_in AS t, step AS s
),
tried AS (
  SELECT t.*, t.summons_date + CAST(CASE
           WHEN t.express THEN 1 + floor(draw('express trial', t.incident_id) * 13)
           WHEN t.bench = 1 THEN least(2500, ceil(s.full_bench_m * exp(s.full_bench_s * normal(draw('trial days', t.incident_id)))))
           WHEN t.chamber = 'KR' THEN least(2500, ceil(s.youth_judge_m * exp(s.youth_judge_s * normal(draw('trial days', t.incident_id)))))
           ELSE least(2500, ceil(CASE WHEN t.pretrial THEN .5 ELSE 1 END * s.single_judge_m * exp(s.single_judge_s * normal(draw('trial days', t.incident_id))))) END AS INTEGER) AS verdict_date,
         draw('default', t.incident_id) < CASE WHEN t.in_brp THEN 1 ELSE 2 END * {parameter.default_share} AND NOT t.pretrial AS by_default,
         draw('appeal', t.incident_id) < CASE WHEN t.bench = 1 THEN .34 ELSE .15 END AS appealed
  FROM summoned AS t, step AS s
),
final AS (
  SELECT t.*,
         CASE WHEN t.appealed THEN t.verdict_date + 14 + CAST(ceil(s.appeal_m * exp(s.appeal_s * normal(draw('appeal days', t.incident_id)))) AS INTEGER) END AS appeal_verdict_date,
         CAST(CASE WHEN t.appealed THEN 14 + ceil(s.appeal_m * exp(s.appeal_s * normal(draw('appeal days', t.incident_id)))) + 15 + CASE WHEN draw('cassation', t.incident_id) < .1 THEN 150 + floor(draw('cassation days', t.incident_id) * 300) ELSE 0 END
                   WHEN t.by_default THEN 15 + ceil(s.service_m * exp(s.service_s * normal(draw('service', t.incident_id)))) ELSE 15 END AS INTEGER) AS final_days,
         CASE WHEN draw('modality', t.incident_id) < .45 THEN 'O' WHEN draw('modality', t.incident_id) < .75 THEN 'D' ELSE 'V' END AS modality,
         CAST(CASE WHEN t.scm = '34' THEN least(10950, greatest(180, round(s.custody_life_m * exp(s.custody_life_s * normal(draw('custody length', t.incident_id))))))
                   ELSE least(2190, greatest(1, round(s.custody_m * exp(s.custody_s * normal(draw('custody length', t.incident_id)))))) END AS INTEGER) AS custody_days,
         draw('custody', t.incident_id) / ({parameter.custody_scale} * CASE WHEN t.max_years <= 1 THEN .35 WHEN t.max_years >= 12 THEN 2.2 ELSE 1 END * CASE WHEN t.sex = 'V' THEN {parameter.custody_women} ELSE 1 END * CASE WHEN t.age < 18 THEN 1 WHEN t.age < 25 THEN {parameter.custody_18} WHEN t.age < 45 THEN 1 WHEN t.age < 65 THEN {parameter.custody_45} ELSE {parameter.custody_65} END) AS u_custody
  FROM tried AS t, step AS s
),
-- Detention as it would be (§6.9, §6.10): remand from arrest, then the rest of the sentence; early release after a year.
detained AS (
  SELECT f.*, f.verdict_date + f.final_days AS final_date,
         CASE WHEN f.modality = 'V' THEN 0 WHEN f.custody_days > 1095 THEN f.custody_days * 2 // 3 WHEN f.custody_days > 365 THEN f.custody_days - (f.custody_days - 365) // 3 ELSE f.custody_days END AS served_days,
         f.hearing_date + 1 + CAST(floor(draw('arrest days', f.incident_id) * 3) AS INTEGER) AS remand_from,
         CAST(CASE WHEN draw('way in', f.incident_id) < .35 THEN ceil(s.self_report_m * exp(s.self_report_s * normal(draw('way in days', f.incident_id))))
                   ELSE ceil(s.arrest_m * exp(s.arrest_s * normal(draw('way in days', f.incident_id)))) END AS INTEGER) AS wait_days,
         CASE WHEN f.pretrial THEN 'remand' WHEN draw('way in', f.incident_id) < .35 THEN 'self' WHEN draw('way in', f.incident_id) < .90 THEN 'arrest' ELSE 'never' END AS way_in,
         CAST(least(400, ceil(s.handover_m * exp(s.handover_s * normal(draw('handover', f.incident_id))))) AS INTEGER) AS handover_days,
         CAST(least(200, ceil(s.execution_m * exp(s.execution_s * normal(draw('execution', f.incident_id))))) AS INTEGER) AS executor_days
  FROM final AS f, step AS s
),
staying AS (
  SELECT d.*,
         CASE WHEN d.pretrial THEN d.remand_from END AS remand_start,
         CASE WHEN d.pretrial THEN least(d.final_date, d.remand_from + CAST(CASE WHEN d.modality = 'V' THEN least(d.verdict_date - d.remand_from, d.custody_days) ELSE d.served_days END AS INTEGER)) END AS remand_end
  FROM detained AS d
),
serving AS (
  SELECT s.*,
         CASE WHEN s.modality = 'V' OR s.way_in = 'never' THEN NULL
              WHEN s.way_in = 'remand' THEN CASE WHEN s.served_days > s.remand_end - s.remand_start THEN s.remand_end END
              ELSE s.final_date + s.handover_days + s.executor_days + s.wait_days END AS prison_start,
         CAST(s.served_days - coalesce(s.remand_end - s.remand_start, 0) AS INTEGER) AS prison_days
  FROM staying AS s
),
-- What would follow at p = 0..11: 0 nothing, 1 penal order, 2 guilty with penalty, 3 guilty without.
outlook AS MATERIALIZED (
  SELECT s.*, q.guilty AS q_guilty, q.formal AS q_formal, greatest({from} - {parameter.lead_years}, least({to}, year(s.intake_date))) AS profile_year,
         draw('police', s.incident_id) AS u_police, draw('decision', s.incident_id) AS u_decision, draw('verdict', s.incident_id) AS u_verdict, draw('opposition', s.incident_id) < {parameter.opposition} AS opposed,
         -- per suspect (§6.3): the incident stays with the police when all its registrations do; before 2019 not every dismissal came into the systems of the OM (§4.5)
         pow(CASE WHEN s.youth THEN {parameter.not_sent_youth} ELSE {parameter.not_sent_adult} END + CASE WHEN s.hearing_date < DATE '2019-01-01' THEN {parameter.not_sent_before_2019} ELSE 0 END, s.registrations) AS not_sent,
         CASE WHEN s.youth AND s.age >= 12 AND s.max_years <= 4 THEN {parameter.halt_share} ELSE 0 END AS halt
  FROM serving AS s JOIN guilt AS q USING (crime_nr)
),
-- Of what lies before the lead-in only p matters, so no dates are needed there.
history AS (
  SELECT h.incident_id, h.person_id, h.first_offence, h.crime_nr, q.guilty AS q_guilty, greatest(1995, year(h.first_offence)) AS profile_year,
         draw('police', h.incident_id) AS u_police, draw('decision', h.incident_id) AS u_decision, draw('verdict', h.incident_id) AS u_verdict,
         draw('opposition', h.incident_id) < {parameter.opposition} AS opposed,
         pow(CASE WHEN h.first_offence - p.birth_date < 6575 THEN {parameter.not_sent_youth} ELSE {parameter.not_sent_adult} END, h.registrations) AS not_sent, 0 AS halt, 99 AS u_custody,
         CAST(NULL AS DATE) AS remand_start, CAST(NULL AS DATE) AS remand_end, CAST(NULL AS DATE) AS prison_start, CAST(NULL AS INTEGER) AS prison_days
  FROM heaviest AS h JOIN {truth.career} AS p USING (person_id) JOIN guilt AS q USING (crime_nr)
  WHERE h.first_offence < make_date({from} - {parameter.lead_years} - 1, 1, 1)
),
-- Whoever has a single incident has no earlier outcome and no earlier detention.
considered AS (
  SELECT incident_id, person_id, first_offence, crime_nr, q_guilty, profile_year, u_police, u_decision, u_verdict, opposed, not_sent, halt, u_custody, remand_start, remand_end, prison_start, prison_days
  FROM outlook WHERE incidents > 1
  UNION ALL
  SELECT * FROM history WHERE u_police >= not_sent
),
-- All of it in one number, two bits for each p, so that the walk below only handles whole numbers; custody from p = custody_p on (99: never).
prospect AS MATERIALIZED (
  SELECT o.incident_id, o.person_id, o.first_offence,
         CASE WHEN o.u_police < o.not_sent THEN 0 ELSE
           list_sum(list_transform(f.strb, lambda x, i: CASE WHEN o.u_decision < x THEN o.if_ordered WHEN o.u_decision < f.dagv[i] THEN o.if_tried ELSE 0 END << CAST(2 * (i - 1) AS INTEGER)))
           & CASE WHEN o.u_police < o.not_sent + o.halt THEN ~3 ELSE ~0 END END AS g,
         CASE WHEN o.u_custody >= .85 THEN 99 ELSE greatest(0, floor((o.u_custody - {parameter.custody_base}) / {parameter.custody_step}) + 1) END AS custody_p,
         o.remand_start, o.remand_end, o.prison_start, o.prison_start + o.prison_days AS prison_end
  FROM (SELECT *, CAST(CASE WHEN opposed THEN 0 ELSE 1 END AS BIGINT) AS if_ordered, CAST(CASE WHEN u_verdict < q_guilty * .9722 THEN 2 WHEN u_verdict < q_guilty THEN 3 ELSE 0 END AS BIGINT) AS if_tried FROM considered) AS o
    JOIN profile AS f ON f.crime_nr = o.crime_nr AND f.year = o.profile_year
),
numbered AS MATERIALIZED (
  SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY first_offence, incident_id) AS nr
  FROM prospect WHERE g > 0 OR first_offence >= make_date({from} - {parameter.lead_years} - 1, 1, 1)
),
-- All persons walk through their incidents side by side, an incident a turn: p before it, or -1 when it fell inside the last detention (remand and prison); then p and the last detention after it.
walk AS (
  SELECT DISTINCT person_id, CAST(0 AS BIGINT) AS nr, CAST(NULL AS BIGINT) AS incident_id, CAST(0 AS INTEGER) AS p, CAST(0 AS INTEGER) AS next_p,
         CAST(NULL AS DATE) AS remand_start, CAST(NULL AS DATE) AS remand_end, CAST(NULL AS DATE) AS prison_start, CAST(NULL AS DATE) AS prison_end
  FROM numbered
  UNION ALL
  SELECT person_id, nr, incident_id, CASE WHEN inside THEN -1 ELSE p END, p + CASE WHEN came_to > 0 THEN 1 ELSE 0 END,
         CASE WHEN came_to = 2 AND least(p, 11) >= custody_p THEN new_remand_start ELSE remand_start END, CASE WHEN came_to = 2 AND least(p, 11) >= custody_p THEN new_remand_end ELSE remand_end END,
         CASE WHEN came_to = 2 AND least(p, 11) >= custody_p THEN new_prison_start ELSE prison_start END, CASE WHEN came_to = 2 AND least(p, 11) >= custody_p THEN new_prison_end ELSE prison_end END
  FROM (
    SELECT w.person_id, n.nr, n.incident_id, w.next_p AS p, n.custody_p, w.remand_start, w.remand_end, w.prison_start, w.prison_end,
           n.remand_start AS new_remand_start, n.remand_end AS new_remand_end, n.prison_start AS new_prison_start, n.prison_end AS new_prison_end, l.inside,
           CASE WHEN l.inside THEN 0 ELSE (n.g >> (2 * least(w.next_p, 11))) & 3 END AS came_to
    FROM walk AS w JOIN numbered AS n ON n.person_id = w.person_id AND n.nr = w.nr + 1,
         LATERAL (SELECT coalesce(n.first_offence BETWEEN w.remand_start AND w.remand_end OR n.first_offence BETWEEN w.prison_start AND w.prison_end, false) AS inside) AS l
  )
),
lived AS (
  SELECT incident_id, p FROM walk WHERE nr > 0
  UNION ALL
  SELECT incident_id, 0 FROM outlook WHERE incidents = 1
),
outcome AS (
  SELECT o.*, l.p, least(l.p, 11) + 1 AS ix,
         CASE WHEN o.u_police < o.not_sent * CASE WHEN o.youth THEN .12 / .16 ELSE .02 / .07 END THEN 'REPR'
              WHEN o.u_police < o.not_sent THEN CASE WHEN draw('police dismissal', o.incident_id) < .5 THEN 'PSEP' ELSE 'ONVB' END
              WHEN l.p = 0 AND o.u_police < o.not_sent + o.halt THEN 'HALT'
              WHEN o.zsm THEN 'OMZM' ELSE 'OMRG' END AS police_outcome
  FROM outlook AS o JOIN lived AS l USING (incident_id)
  WHERE l.p >= 0 AND o.reported_date BETWEEN make_date({from} - {parameter.lead_years}, 1, 1) AND make_date({to}, 12, 31)
),
decided AS (
  SELECT o.*, o.police_outcome LIKE 'OM%' AS to_om,
         CASE WHEN o.police_outcome NOT LIKE 'OM%' THEN NULL
              WHEN o.u_decision < f.strb[o.ix] THEN 'STRB' WHEN o.u_decision < f.dagv[o.ix] THEN 'DAGV' WHEN o.u_decision < f.sept[o.ix] THEN 'SEPT'
              WHEN o.u_decision < f.sepb[o.ix] THEN 'SEPB' WHEN o.u_decision < f.sepv[o.ix] THEN 'SEPV' WHEN o.u_decision < f.tran[o.ix] THEN 'TRAN' ELSE 'REST' END AS decision
  FROM outcome AS o JOIN profile AS f ON f.crime_nr = o.crime_nr AND f.year = o.profile_year
)
SELECT d.incident_id, d.person_id, d.sex, d.unit, d.first_offence, d.offence_date, d.reported_date, d.hearing_date, d.police_outcome, d.to_om, d.zsm, d.youth, d.age, d.registrations,
       d.heaviest_registration, d.crime_nr, d.scm, d.max_years, d.with_victim, d.p,
       CASE WHEN d.to_om OR d.police_outcome = 'HALT' THEN d.sent_date END AS sent_date, CASE WHEN d.to_om THEN d.intake_date END AS intake_date, d.decision, d.decision = 'STRB' AND d.opposed AS opposed,
       CASE d.decision WHEN 'STRB' THEN d.order_date WHEN 'DAGV' THEN d.summons_date WHEN 'TRAN' THEN d.order_date ELSE d.dismissal_date END AS decision_date,
       d.chamber, d.express, CASE WHEN d.decision = 'DAGV' THEN d.verdict_date END AS verdict_date, d.by_default, d.appealed,
       CASE WHEN d.decision <> 'DAGV' THEN NULL WHEN d.u_verdict < d.q_guilty * .9722 THEN 'VMS' WHEN d.u_verdict < d.q_guilty THEN '9A'
            WHEN d.u_verdict < d.q_guilty + d.q_formal THEN 'FORM' ELSE 'VRS' END AS verdict,
       CASE WHEN d.appealed THEN d.appeal_verdict_date END AS appeal_verdict_date, d.final_date,
       d.decision = 'DAGV' AND d.u_verdict < d.q_guilty * .9722 AND CASE WHEN d.u_custody >= .85 THEN 99 ELSE greatest(0, floor((d.u_custody - {parameter.custody_base}) / {parameter.custody_step}) + 1) END <= least(d.p, 11) AS custody,
       d.modality, d.custody_days, d.served_days, d.pretrial, d.remand_start, d.remand_end, d.way_in, d.prison_start, d.prison_days, d.handover_days, d.executor_days
FROM decided AS d
