-- REF_BEVOLKING (§4.4): the cells that are not empty.
SELECT population_id AS _id, CAST(NULL AS BIGINT) AS _person, make_date(CAST(year AS INTEGER), 1, 1) AS _known,
       CAST(year AS BIGINT) AS jaar, municipality AS gemeente, age AS leeftijdsklasse, sex AS geslacht, origin AS herkomst, persons AS aantal
FROM {truth.population} WHERE persons > 0
