-- Rows of the log that are committed and wait for their number; proofs, stamps and witnesses.

CREATE TABLE audit_waiting (
  entry BIGSERIAL CONSTRAINT audit_waiting_pk PRIMARY KEY,
  at timestamptz NOT NULL,
  officer text NOT NULL,
  verb text NOT NULL,
  subject text NOT NULL,
  case_number text,
  detail text NOT NULL
);

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

CREATE TABLE audit_subtrees (
  level bigint NOT NULL,
  number bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT audit_subtrees_pk PRIMARY KEY (level, number)
);

CREATE TABLE checkpoint_stamps (
  size bigint CONSTRAINT checkpoint_stamps_pk PRIMARY KEY,
  service text NOT NULL,
  response bytea NOT NULL,
  stamped_at timestamptz NOT NULL,
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

CREATE TRIGGER audit_subtrees_only_grow BEFORE UPDATE OR DELETE ON audit_subtrees
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER checkpoint_stamps_only_grow BEFORE UPDATE OR DELETE ON checkpoint_stamps
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER cosignatures_only_grow BEFORE UPDATE OR DELETE ON cosignatures
  FOR EACH ROW EXECUTE FUNCTION deny_change();
