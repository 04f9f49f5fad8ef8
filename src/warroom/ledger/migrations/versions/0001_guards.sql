-- What SQLAlchemy does not describe: the limits of holds, and an audit log that only grows.
-- Errors of class WR carry a sentence for a person.

-- Holds of one case never add up to more than its loss; active holds on one account, whichever cases they come from,
-- never exceed the balance known there. The case row and the account are locked, so that two officers cannot each
-- take the last of it.
CREATE FUNCTION guard_hold_limits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed bigint;
  total numeric;
BEGIN
  IF NEW.active = 0 OR (TG_OP = 'UPDATE' AND NEW.active <= OLD.active) THEN
    RETURN NULL;
  END IF;
  SELECT loss INTO allowed FROM cases WHERE id = NEW.case_id FOR UPDATE;
  SELECT sum(active) INTO total FROM actions WHERE case_id = NEW.case_id;
  IF total > allowed THEN
    RAISE EXCEPTION 'The holds of this case would add up to more than the loss; hold less or release another hold first.'
      USING ERRCODE = 'WR001';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.bank || '/' || NEW.account, 7));
  SELECT sum(active) INTO total FROM actions WHERE bank = NEW.bank AND account = NEW.account AND active > 0;
  IF total > NEW.balance_limit THEN
    RAISE EXCEPTION 'The holds on this account would exceed its known balance; look at its other holds first.'
      USING ERRCODE = 'WR002';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER actions_limits AFTER INSERT OR UPDATE ON actions
  FOR EACH ROW EXECUTE FUNCTION guard_hold_limits();

-- What was decided about a hold is not rewritten: its account, amount, case and reason to exist stay.
CREATE FUNCTION guard_hold_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.case_id, NEW.proposal_id, NEW.bank, NEW.account, NEW.amount, NEW.reference, NEW.approved_at, NEW.snapshot)
     IS DISTINCT FROM
     (OLD.case_id, OLD.proposal_id, OLD.bank, OLD.account, OLD.amount, OLD.reference, OLD.approved_at, OLD.snapshot)
  THEN
    RAISE EXCEPTION 'The facts of a hold cannot be changed; release it and make another.' USING ERRCODE = 'WR003';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER actions_facts BEFORE UPDATE ON actions FOR EACH ROW EXECUTE FUNCTION guard_hold_facts();

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
CREATE TRIGGER approvals_only_grow BEFORE UPDATE OR DELETE ON approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER snapshots_only_grow BEFORE UPDATE OR DELETE ON case_snapshots
  FOR EACH ROW EXECUTE FUNCTION deny_change();

-- No gaps and no insertions in the middle.
CREATE FUNCTION guard_audit_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit) THEN
    RAISE EXCEPTION 'An audit row comes after the last one, not at %.', NEW.sequence USING ERRCODE = 'WR005';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER audit_sequence BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION guard_audit_sequence();
