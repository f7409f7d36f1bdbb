-- Bevolking: inhabitants on 1 January: all, and those of twelve years and older. A number holds from its year to the next one that
-- is known, the first also for the years before it.
WITH stand AS (
  SELECT b.jaar,
         CAST(SUM(b.aantal) AS BIGINT) AS inwoners,
         CAST(SUM(CASE WHEN b.leeftijd <> 'L00' THEN b.aantal ELSE 0 END) AS BIGINT) AS inwoners_vanaf_twaalf
  FROM {cbs.bevolking} AS b
  GROUP BY b.jaar
)
SELECT s.jaar,
       CASE WHEN LAG(s.jaar) OVER (ORDER BY s.jaar ASC NULLS LAST) IS NULL THEN CAST(0 AS BIGINT) ELSE s.jaar END AS geldt_van,
       COALESCE(LEAD(s.jaar) OVER (ORDER BY s.jaar ASC NULLS LAST) - 1, CAST(9999 AS BIGINT)) AS geldt_tot,
       s.inwoners,
       s.inwoners_vanaf_twaalf
FROM stand AS s
