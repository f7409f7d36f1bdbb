-- SKDB_MUTATIE (§8.11): merges, splits and withdrawals of numbers.
SELECT change_id AS _id, person_id AS _person, date AS _known, kind AS soort, old_skn AS "sknOud", new_skn AS "sknNieuw", changed_at AS op
FROM {truth.identity_change}
