-- The log and what vouches for it, bookmarks, deadlines, officers as the ledger knows them, and keys of decisions.
-- Errors of class WR carry a sentence for a person.

CREATE TABLE audit (
  sequence bigint NOT NULL,
  at timestamptz NOT NULL,
  officer text NOT NULL,
  verb text NOT NULL,
  subject text NOT NULL,
  case_number text,
  leaf bytea NOT NULL,
  hash bytea NOT NULL,
  chain bytea NOT NULL,
  CONSTRAINT audit_pk PRIMARY KEY (sequence),
  CONSTRAINT audit_hash_check CHECK (hash = sha256('\x00'::bytea || leaf))
);
CREATE INDEX audit_case_number_idx ON audit (case_number, sequence);

CREATE TABLE audit_waiting (
  entry bigserial NOT NULL,
  at timestamptz NOT NULL,
  officer text NOT NULL,
  verb text NOT NULL,
  subject text NOT NULL,
  case_number text,
  detail text NOT NULL,
  CONSTRAINT audit_waiting_pk PRIMARY KEY (entry)
);

CREATE TABLE audit_subtrees (
  level bigint NOT NULL,
  number bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT audit_subtrees_pk PRIMARY KEY (level, number)
);

CREATE TABLE checkpoints (
  size bigint NOT NULL,
  root bytea NOT NULL,
  at timestamptz NOT NULL,
  note text NOT NULL,
  CONSTRAINT checkpoints_pk PRIMARY KEY (size)
);

CREATE TABLE checkpoint_stamps (
  size bigint NOT NULL,
  service text NOT NULL,
  response bytea NOT NULL,
  stamped_at timestamptz NOT NULL,
  CONSTRAINT checkpoint_stamps_pk PRIMARY KEY (size),
  CONSTRAINT checkpoint_stamps_size_fk FOREIGN KEY (size) REFERENCES checkpoints (size)
);

CREATE TABLE cosignatures (
  size bigint NOT NULL,
  witness text NOT NULL,
  line text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT cosignatures_pk PRIMARY KEY (size, witness),
  CONSTRAINT cosignatures_size_fk FOREIGN KEY (size) REFERENCES checkpoints (size)
);

CREATE TABLE bookmarks (
  name text NOT NULL,
  value text NOT NULL,
  CONSTRAINT bookmarks_pk PRIMARY KEY (name)
);

CREATE TABLE deadlines (
  id bigserial NOT NULL,
  about text NOT NULL,
  about_id bigint NOT NULL,
  case_id bigint,
  kind text NOT NULL,
  due_at timestamptz NOT NULL,
  state text NOT NULL,
  struck_at timestamptz,
  CONSTRAINT deadlines_pk PRIMARY KEY (id),
  CONSTRAINT deadlines_about_check
    CHECK (about IN ('hold', 'measure', 'request', 'asset', 'proceeding', 'joint', 'person', 'person:glass', 'wake', 'flag',
      'campaign')),
  CONSTRAINT deadlines_state_check CHECK (state IN ('running', 'struck', 'met', 'stopped')),
  CONSTRAINT deadlines_struck_check CHECK ((state = 'struck') = (struck_at IS NOT NULL))
);
CREATE INDEX deadlines_about_idx ON deadlines (about, about_id);
CREATE INDEX deadlines_case_id_idx ON deadlines (case_id);
CREATE INDEX deadlines_due_idx ON deadlines (due_at) WHERE state = 'running';
CREATE UNIQUE INDEX deadlines_one_idx ON deadlines (about, about_id, kind) WHERE state = 'running';

CREATE TABLE officers (
  id bigserial NOT NULL,
  username text NOT NULL,
  name text NOT NULL,
  agency text NOT NULL,
  password_hash text NOT NULL,
  roles text[] NOT NULL,
  active boolean NOT NULL,
  made_at timestamptz NOT NULL,
  subject text,
  CONSTRAINT officers_pk PRIMARY KEY (id),
  CONSTRAINT officers_subject_key UNIQUE (subject),
  CONSTRAINT officers_username_key UNIQUE (username),
  CONSTRAINT officers_named_check CHECK (username <> '' AND name <> '')
);

CREATE TABLE idempotency (
  officer_id bigint NOT NULL,
  key text NOT NULL,
  request text NOT NULL,
  result jsonb NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT idempotency_pk PRIMARY KEY (officer_id, key),
  CONSTRAINT idempotency_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);

-- The revision of all of this. Its name is of the tool that wrote it first; old backups have it.
CREATE TABLE alembic_version (
  version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY
);

-- Rows that are only ever added.
CREATE FUNCTION deny_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Rows of % are only ever added.', TG_TABLE_NAME USING ERRCODE = 'WR004';
END $$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
CREATE TRIGGER checkpoints_only_grow BEFORE UPDATE OR DELETE ON checkpoints
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER checkpoints_never_emptied BEFORE TRUNCATE ON checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();

-- No gaps and no insertions in the middle.
CREATE FUNCTION guard_audit_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit) THEN
    RAISE EXCEPTION 'An audit row comes after the last one, not at %.', NEW.sequence USING ERRCODE = 'WR005';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_sequence BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION guard_audit_sequence();

-- The one way from waiting to numbered: rows keep what was written, and leave the waiting list in the same statement's
-- transaction. It runs as the tables' owner; the application's role may neither add to `audit` nor take from the list.
CREATE FUNCTION audit_number(before bigint, entries bigint[], leaves bytea[], hashes bytea[], chains bytea[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  moved bigint;
BEGIN
  INSERT INTO audit (sequence, at, officer, verb, subject, case_number, leaf, hash, chain)
  SELECT before + n.place, w.at, w.officer, w.verb, w.subject, w.case_number, n.leaf, n.hash, n.chain
  FROM unnest(entries, leaves, hashes, chains) WITH ORDINALITY AS n (entry, leaf, hash, chain, place)
  JOIN audit_waiting w ON w.entry = n.entry
  ORDER BY n.place;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> cardinality(entries) THEN
    RAISE EXCEPTION 'Only rows that wait are numbered.' USING ERRCODE = 'WR006';
  END IF;
  DELETE FROM audit_waiting WHERE entry = ANY (entries);
END $$;
REVOKE ALL ON FUNCTION audit_number FROM PUBLIC;
CREATE TRIGGER audit_waiting_unchanged BEFORE UPDATE ON audit_waiting
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER audit_waiting_never_emptied BEFORE TRUNCATE ON audit_waiting
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
CREATE TRIGGER audit_subtrees_only_grow BEFORE UPDATE OR DELETE ON audit_subtrees
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER checkpoint_stamps_only_grow BEFORE UPDATE OR DELETE ON checkpoint_stamps
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER cosignatures_only_grow BEFORE UPDATE OR DELETE ON cosignatures
  FOR EACH ROW EXECUTE FUNCTION deny_change();
