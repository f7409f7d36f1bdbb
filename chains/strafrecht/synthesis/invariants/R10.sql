-- R10: what is served of a sentence, remand included, is at most what was imposed (of an ISD measure remand is no part); substitute custody at most the days it is converted to (the normal form: months of 30, years of 365 days).
SELECT t.sanction_id, t.served, t.days
FROM (
  SELECT s.sanction_id, sum(s.date_out - s.date_in) AS served, bool_or(s.kind LIKE 'VVH%') AS is_substitute,
         CASE WHEN bool_or(s.kind LIKE 'VVH%') THEN any_value(x.substitute_days) ELSE any_value(x.duration * CASE x.unit WHEN 'D' THEN 1 WHEN 'M' THEN 30 WHEN 'J' THEN 365 END) END AS days
  FROM {truth.stay} AS s JOIN {truth.sanction} AS x ON x.sanction_id = s.sanction_id WHERE x.code <> 'ISD' OR s.kind <> 'VH' GROUP BY s.sanction_id
) AS t
WHERE t.days IS NULL OR t.served > t.days
