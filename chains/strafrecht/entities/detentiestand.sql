-- Detentiestand: one row per stay that is present on 30 September of a year, from the first day of the first delivery to
-- the reference date: who had left before is not known. Of overlapping parts of one stay the latest counts.
WITH grens AS (
  -- Deliveries are monthly and known in the month after their own.
  SELECT p_date_of(p_year(p_add_days(k.bekend, -1)), p_month(p_add_days(k.bekend, -1)), 1) AS eerste
  FROM (SELECT p_date_of(p_year(MIN(_known_from)), p_month(MIN(_known_from)), 1) AS bekend FROM {dji.verblijf}) AS k
),
cijfer AS (
  SELECT t.n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS t(n)
),
jaren AS (
  SELECT g.eerste, p_year(g.eerste) + a.n * 10 + b.n AS jaar FROM grens AS g CROSS JOIN cijfer AS a CROSS JOIN cijfer AS b
),
dagen AS (
  SELECT p_date_of(jaar, 9, 30) AS peildatum FROM jaren WHERE p_date_of(jaar, 9, 30) BETWEEN eerste AND {reference_date}
),
aanwezig AS (
  SELECT d.peildatum, v.insluitnummer, v.segment, v.persoon, v.geslacht, v.geboortejaar, v.datum_in, v.detentietitel, v.inrichting, v.bestemming,
         ROW_NUMBER() OVER (
           PARTITION BY d.peildatum, v.insluitnummer
           ORDER BY v.datum_in DESC NULLS LAST, v.segment DESC NULLS LAST
         ) AS volgorde
  FROM dagen AS d
  JOIN {entity.verblijf} AS v ON v.datum_in <= d.peildatum AND (v.datum_uit IS NULL OR v.datum_uit > d.peildatum)
)
SELECT peildatum,
       insluitnummer,
       persoon,
       geslacht,
       p_year(peildatum) - geboortejaar AS leeftijd_jaareinde,
       detentietitel,
       inrichting,
       bestemming,
       p_days(datum_in, peildatum) AS dagen_binnen
FROM aanwezig
WHERE volgorde = 1
