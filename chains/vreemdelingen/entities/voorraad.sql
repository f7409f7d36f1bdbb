-- Voorraad: one row per application and month at the end of which it is pending, with its age in calendar months.
WITH open_aanvraag AS (
  SELECT d.laatste_dag AS peildatum, a.aanvraagnr, a.persoon, a.soort, a.datum_aanvraag,
         (p_year(d.laatste_dag) - p_year(a.datum_aanvraag)) * 12 + p_month(d.laatste_dag) - p_month(a.datum_aanvraag) AS verschil,
         p_days(p_date_of(p_year(a.datum_aanvraag), p_month(a.datum_aanvraag), 1), a.datum_aanvraag) AS dag_aanvraag,
         p_days(d.eerste_dag, d.laatste_dag) AS dag_peildatum
  FROM {entity.maand} AS d
  JOIN {entity.aanvraag} AS a
    ON a.datum_aanvraag <= d.laatste_dag AND (a.datum_beslissing IS NULL OR a.datum_beslissing > d.laatste_dag)
  WHERE d.organisatie = 'ind'
)
SELECT peildatum,
       aanvraagnr,
       persoon,
       soort,
       p_days(datum_aanvraag, peildatum) AS dagen_open,
       CASE WHEN verschil < 3 OR (verschil = 3 AND dag_peildatum <= dag_aanvraag) THEN 'M03'
            WHEN verschil < 6 OR (verschil = 6 AND dag_peildatum <= dag_aanvraag) THEN 'M06'
            WHEN verschil < 12 OR (verschil = 12 AND dag_peildatum <= dag_aanvraag) THEN 'M12'
            ELSE 'MEER' END AS ouderdom
FROM open_aanvraag
