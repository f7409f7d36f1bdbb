-- R2: the main charge exists: the numbers of the charges of a case run from 1 without a gap, the alternatives last, and exactly one is the heaviest, no alternative.
SELECT case_id, count(*) AS charges, max(charge_nr) AS last_nr, count(*) FILTER (weight_order = 1) AS heaviest
FROM {truth.charge} GROUP BY case_id
HAVING count(DISTINCT charge_nr) <> max(charge_nr) OR min(charge_nr) <> 1 OR count(*) FILTER (weight_order = 1) <> 1 OR bool_or(weight_order = 1 AND subsidiary)
  OR max(charge_nr) FILTER (NOT subsidiary) > count(*) FILTER (NOT subsidiary)
