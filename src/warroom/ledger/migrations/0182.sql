-- A deadline that was given only falls: it is kept with its amount, and where it became later the case says why. The next turn of
-- the server fills it.
ALTER TABLE cases ADD COLUMN decide_by_of bigint,
  ADD COLUMN decide_by_was timestamp with time zone, ADD COLUMN decide_by_seen timestamp with time zone,
  ADD COLUMN decide_by_why text NOT NULL DEFAULT '';
ALTER TABLE cases ALTER COLUMN decide_by_why DROP DEFAULT;
ALTER TABLE proposals ADD COLUMN seen_at timestamp with time zone, ADD COLUMN decide_by timestamp with time zone,
  ADD COLUMN decide_by_was timestamp with time zone, ADD COLUMN decide_by_seen timestamp with time zone;
