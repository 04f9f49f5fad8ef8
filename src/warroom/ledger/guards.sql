-- The log and what vouches for it, bookmarks, deadlines, officers as the ledger knows them, and keys of decisions.
-- Errors of class WR carry a sentence for a person.

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
