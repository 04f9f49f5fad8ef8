-- Rows by which an officer's file would change what others delivered: they wait for a second officer.
CREATE TABLE waiting_corrections (
  id bigserial NOT NULL,
  file text NOT NULL,
  sha256 text NOT NULL,
  table_name text NOT NULL,
  source text NOT NULL,
  legal_basis text NOT NULL,
  purpose text NOT NULL,
  retention_days bigint,
  rows bytea,
  count bigint NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  state text NOT NULL,
  decided_by bigint,
  decided_at timestamptz,
  reason text NOT NULL,
  delivery_id text NOT NULL,
  CONSTRAINT waiting_corrections_pk PRIMARY KEY (id),
  CONSTRAINT waiting_corrections_state_check CHECK (state IN ('waiting', 'taken', 'declined')),
  CONSTRAINT waiting_corrections_count_check CHECK (count > 0),
  CONSTRAINT waiting_corrections_rows_check CHECK (state <> 'waiting' OR rows IS NOT NULL),
  CONSTRAINT waiting_corrections_decided_check CHECK (state = 'waiting' OR decided_by IS NOT NULL),
  CONSTRAINT waiting_corrections_two_officers_check CHECK (state <> 'taken' OR officer_id <> decided_by),
  CONSTRAINT waiting_corrections_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT waiting_corrections_decided_by_fk FOREIGN KEY (decided_by) REFERENCES officers (id)
);
CREATE INDEX waiting_corrections_waiting_idx ON waiting_corrections (id) WHERE state = 'waiting';
CREATE INDEX waiting_corrections_officer_id_idx ON waiting_corrections (officer_id);
