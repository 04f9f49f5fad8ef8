-- What of a case is undecided or asked stands on it, and the queue is ordered by what leaves or has left; what was likely to
-- leave by the hour; and screens on the wall, which no officer signs in on.
ALTER TABLE cases ADD COLUMN there bigint NOT NULL DEFAULT 0;
UPDATE cases SET there =
  coalesce((SELECT sum(amount) FROM proposals WHERE case_id = cases.id AND state = 'open'), 0)
  + coalesce((SELECT sum(amount) FROM holds WHERE case_id = cases.id
              AND state IN ('proposed', 'approved', 'sent')), 0);
ALTER TABLE cases ALTER COLUMN there DROP DEFAULT;
DROP INDEX cases_queue_idx;
CREATE INDEX cases_queue_idx ON cases ((leaves + part_left) DESC, decide_by, reported_at, id) WHERE state = 'open';
CREATE INDEX cases_opened_at_idx ON cases (opened_at);
CREATE INDEX case_snapshots_taken_at_idx ON case_snapshots (taken_at);
CREATE INDEX proposals_decided_at_idx ON proposals (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX orders_acknowledged_idx ON orders (acknowledged_at) WHERE kind = 'hold' AND acknowledged_at IS NOT NULL;
CREATE TABLE leaving_hours (
  hour timestamptz NOT NULL,
  leaves bigint NOT NULL,
  CONSTRAINT leaving_hours_pk PRIMARY KEY (hour)
);
CREATE TABLE wall_devices (
  id bigserial NOT NULL,
  name text NOT NULL,
  code_hash bytea,
  code_until timestamptz NOT NULL,
  token_hash bytea,
  made_by bigint,
  made_at timestamptz NOT NULL,
  opened_at timestamptz,
  seen_at timestamptz,
  ended_at timestamptz,
  CONSTRAINT wall_devices_pk PRIMARY KEY (id),
  CONSTRAINT wall_devices_code_hash_key UNIQUE (code_hash),
  CONSTRAINT wall_devices_token_hash_key UNIQUE (token_hash),
  CONSTRAINT wall_devices_hash_check CHECK (
    (code_hash IS NULL OR octet_length(code_hash) = 32) AND (token_hash IS NULL OR octet_length(token_hash) = 32)),
  CONSTRAINT wall_devices_name_check CHECK (name <> ''),
  CONSTRAINT wall_devices_once_check CHECK (code_hash IS NULL OR token_hash IS NULL),
  CONSTRAINT wall_devices_made_by_fk FOREIGN KEY (made_by) REFERENCES officers (id)
);
