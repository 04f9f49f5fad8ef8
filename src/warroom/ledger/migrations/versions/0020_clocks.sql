-- Clocks of holds are deadlines like any other. A clock that has struck says when it was due; the log knows when it did.
ALTER TABLE deadlines DROP CONSTRAINT deadlines_about_check;
ALTER TABLE deadlines ADD CONSTRAINT deadlines_about_check
  CHECK (about IN ('hold', 'measure', 'request', 'asset', 'proceeding', 'joint', 'person', 'person:glass'));
INSERT INTO deadlines (about, about_id, case_id, kind, due_at, state, struck_at)
  SELECT 'hold', action_id, case_id, kind, due_at,
         CASE state WHEN 'done' THEN 'struck' ELSE state END, CASE state WHEN 'done' THEN due_at END
  FROM clocks ORDER BY id;
DROP TABLE clocks;
