-- Municipalities by date (§4.1): each one that there was at first, and what it became by mergers; a place keeps its origin, and its code is that of the date.
-- A helper of other tables: it has no id and is not written.
WITH RECURSIVE listed AS (
  SELECT right(concat('0000', regexp_replace(CAST(code AS VARCHAR), '[^0-9]', '', 'g')), 4) AS code, CAST(unit AS INTEGER) AS unit, CAST(population AS BIGINT) AS population,
         coalesce(try_cast(CAST(valid_from AS VARCHAR) AS DATE), DATE '1900-01-01') AS valid_from, coalesce(try_cast(CAST(valid_to AS VARCHAR) AS DATE), DATE '9999-12-31') AS valid_to,
         CASE WHEN merged_into IS NOT NULL THEN right(concat('0000', regexp_replace(CAST(merged_into AS VARCHAR), '[^0-9]', '', 'g')), 4) END AS merged_into
  FROM {reference.gemeente}
),
became AS (
  SELECT code AS origin, unit, population, code, valid_from, valid_to, merged_into FROM listed WHERE valid_from = DATE '1900-01-01'
  UNION ALL
  SELECT b.origin, b.unit, b.population, l.code, greatest(l.valid_from, b.valid_to + 1), l.valid_to, l.merged_into FROM became AS b JOIN listed AS l ON l.code = b.merged_into
)
SELECT origin, code, unit, population, valid_from, valid_to FROM became
