-- Cases with their reports, claimed transfers and trails; holds, and what keeps them within loss and balance.
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
  SELECT sum(active) INTO total FROM holds WHERE case_id = NEW.case_id;
  IF total > allowed THEN
    RAISE EXCEPTION 'The holds of this case would add up to more than the loss; hold less or release another hold first.'
      USING ERRCODE = 'WR001';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.bank || '/' || NEW.account, 7));
  SELECT sum(active) INTO total FROM holds WHERE bank = NEW.bank AND account = NEW.account AND active > 0;
  IF total > NEW.balance_limit THEN
    RAISE EXCEPTION 'The holds on this account would exceed its known balance; look at its other holds first.'
      USING ERRCODE = 'WR002';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER holds_limits AFTER INSERT OR UPDATE ON holds
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
CREATE TRIGGER holds_facts BEFORE UPDATE ON holds FOR EACH ROW EXECUTE FUNCTION guard_hold_facts();
CREATE TRIGGER appeal_receipts_only_grow BEFORE UPDATE OR DELETE ON appeal_receipts
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER appeal_additions_only_grow BEFORE UPDATE OR DELETE ON appeal_additions
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER hold_approvals_only_grow BEFORE UPDATE OR DELETE ON hold_approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER hold_calls_only_grow BEFORE UPDATE OR DELETE ON hold_calls
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER report_checks_only_grow BEFORE UPDATE OR DELETE ON report_checks
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER snapshots_only_grow BEFORE UPDATE OR DELETE ON case_snapshots
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER purposes_only_grow BEFORE UPDATE OR DELETE ON purposes FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER purposes_never_emptied BEFORE TRUNCATE ON purposes
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
