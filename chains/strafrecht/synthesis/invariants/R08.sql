-- R8: the stays of one person do not overlap, and each lasts a day at least.
SELECT stay_id, person_id, date_in, date_out, next_in
FROM (SELECT stay_id, person_id, date_in, date_out, lead(date_in) OVER (PARTITION BY person_id ORDER BY date_in, date_out, stay_id) AS next_in FROM {truth.stay}) AS s
WHERE next_in < date_out OR date_out <= date_in
