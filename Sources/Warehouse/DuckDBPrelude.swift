/// DuckDB's version of the functions that differ between engines; the names and meanings are the same on every engine.
enum DuckDBPrelude {
  static let sql = """
    SET preserve_insertion_order = true;
    CREATE TEMP MACRO p_year(d) AS CAST(year(d) AS INTEGER);
    CREATE TEMP MACRO p_quarter(d) AS CAST(quarter(d) AS INTEGER);
    CREATE TEMP MACRO p_month(d) AS CAST(month(d) AS INTEGER);
    CREATE TEMP MACRO p_days(a, b) AS CAST(CAST(b AS DATE) - CAST(a AS DATE) AS INTEGER);
    CREATE TEMP MACRO p_date(t) AS CAST(t AS DATE);
    CREATE TEMP MACRO p_date_of(y, m, d) AS make_date(CAST(y AS BIGINT), CAST(m AS BIGINT), CAST(d AS BIGINT));
    CREATE TEMP MACRO p_add_days(d, n) AS CAST(CAST(d AS DATE) + CAST(n AS INTEGER) AS DATE);
    CREATE TEMP MACRO p_ratio(a, b) AS CASE WHEN CAST(b AS DOUBLE) = 0 THEN NULL ELSE CAST(a AS DOUBLE) / CAST(b AS DOUBLE) END;
    """
}
