-- R14: the number into which another is merged exists by then, is not that number itself, and was not merged away or withdrawn earlier.
SELECT m.change_id, m.old_skn, m.new_skn, m.date
FROM {truth.identity_change} AS m
WHERE m.kind = 'SAMENVOEGING' AND (m.old_skn = m.new_skn
  OR NOT EXISTS (SELECT 1 FROM {truth.identity} AS i WHERE i.skn = m.new_skn AND i.determined_date <= m.date)
  OR NOT EXISTS (SELECT 1 FROM {truth.identity} AS i WHERE i.skn = m.old_skn AND i.determined_date <= m.date)
  OR EXISTS (SELECT 1 FROM {truth.identity_change} AS a WHERE a.kind IN ('SAMENVOEGING', 'INTREKKING') AND a.old_skn = m.new_skn AND a.changed_at <= m.changed_at
    AND NOT EXISTS (SELECT 1 FROM {truth.identity_change} AS s WHERE s.kind = 'SPLITSING' AND s.new_skn = a.old_skn AND s.changed_at BETWEEN a.changed_at AND m.changed_at)))
