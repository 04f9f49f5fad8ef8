-- Assets from tracing to pay-out: books that add up, pay-outs that never exceed a loss.
-- Errors of class WR carry a sentence for a person.

CREATE TRIGGER proceeding_cases_only_grow BEFORE UPDATE OR DELETE ON proceeding_cases
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER asset_events_only_grow BEFORE UPDATE OR DELETE ON asset_events
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER asset_valuations_only_grow BEFORE UPDATE OR DELETE ON asset_valuations
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER asset_entries_only_grow BEFORE UPDATE OR DELETE ON asset_entries
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER asset_postings_only_grow BEFORE UPDATE OR DELETE ON asset_postings
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER payout_lines_only_grow BEFORE UPDATE OR DELETE ON payout_lines
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER payout_approvals_only_grow BEFORE UPDATE OR DELETE ON payout_approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER payout_payments_only_grow BEFORE UPDATE OR DELETE ON payout_payments
  FOR EACH ROW EXECUTE FUNCTION deny_change();

CREATE FUNCTION guard_asset_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.number, NEW.case_id, NEW.kind, NEW.title, NEW.particulars, NEW.found_with, NEW.traced_by, NEW.traced_at)
     IS DISTINCT FROM
     (OLD.number, OLD.case_id, OLD.kind, OLD.title, OLD.particulars, OLD.found_with, OLD.traced_by, OLD.traced_at)
     OR (OLD.proceeding_id IS NOT NULL AND NEW.proceeding_id IS DISTINCT FROM OLD.proceeding_id)
  THEN
    RAISE EXCEPTION 'What an asset is cannot be changed; register another one.' USING ERRCODE = 'WR102';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER assets_facts BEFORE UPDATE ON assets FOR EACH ROW EXECUTE FUNCTION guard_asset_facts();

CREATE FUNCTION guard_plan_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.proceeding_id, NEW.pot, NEW.total, NEW.remainder, NEW.fund, NEW.digest, NEW.drafted_by, NEW.drafted_at)
     IS DISTINCT FROM
     (OLD.proceeding_id, OLD.pot, OLD.total, OLD.remainder, OLD.fund, OLD.digest, OLD.drafted_by, OLD.drafted_at)
     OR OLD.state <> 'drafted'
  THEN
    RAISE EXCEPTION 'What a pay-out plan says cannot be changed; make another.' USING ERRCODE = 'WR103';
  END IF;
  IF NEW.state = 'approved' AND (
    SELECT count(*) FROM payout_approvals WHERE plan_id = NEW.id AND digest = NEW.digest) < 2
  THEN
    RAISE EXCEPTION 'A pay-out needs the word of two officers; another one must approve it.' USING ERRCODE = 'WR113';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_plans_facts BEFORE UPDATE ON payout_plans FOR EACH ROW EXECUTE FUNCTION guard_plan_facts();

CREATE FUNCTION guard_new_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'drafted' THEN
    RAISE EXCEPTION 'A pay-out begins as a draft; draft it and have it approved.' USING ERRCODE = 'WR114';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_plans_begin BEFORE INSERT ON payout_plans FOR EACH ROW EXECUTE FUNCTION guard_new_plan();

-- A plan's lines are all there when it is drafted; one that is decided gets no more.
CREATE FUNCTION guard_new_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added JOIN payout_plans ON payout_plans.id = added.plan_id WHERE payout_plans.state <> 'drafted')
  THEN
    RAISE EXCEPTION 'What a pay-out plan says cannot be changed; make another.' USING ERRCODE = 'WR103';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER payout_lines_additions AFTER INSERT ON payout_lines
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard_new_line();

-- A registered loss keeps whose it is and what was claimed; it is decided once.
CREATE FUNCTION guard_loss_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.receipt, NEW.proceeding_id, NEW.case_id, NEW.source, NEW.record_id, NEW.claimed, NEW.filed_by, NEW.filed_at,
      NEW.pay_bank, NEW.pay_account)
     IS DISTINCT FROM
     (OLD.receipt, OLD.proceeding_id, OLD.case_id, OLD.source, OLD.record_id, OLD.claimed, OLD.filed_by, OLD.filed_at,
      OLD.pay_bank, OLD.pay_account)
     OR OLD.state <> 'filed'
  THEN
    RAISE EXCEPTION 'A registered loss cannot be changed; ask the court.' USING ERRCODE = 'WR104';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER loss_registrations_facts BEFORE UPDATE ON loss_registrations
  FOR EACH ROW EXECUTE FUNCTION guard_loss_facts();

-- Who drafted a plan may not approve it.
CREATE FUNCTION guard_plan_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT drafted_by FROM payout_plans WHERE id = NEW.plan_id) = NEW.officer_id THEN
    RAISE EXCEPTION 'Who drafted the pay-out may not approve it; another officer must.' USING ERRCODE = 'WR105';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER payout_approvals_apart AFTER INSERT ON payout_approvals
  FOR EACH ROW EXECUTE FUNCTION guard_plan_apart();

-- Double entry: at the commit the postings of every entry add up to zero, and there are at least two.
CREATE FUNCTION guard_entry_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted bigint := CASE TG_TABLE_NAME WHEN 'asset_entries' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'entry_id')::bigint END;
  total numeric;
  sides bigint;
BEGIN
  SELECT coalesce(sum(amount), 0), count(*) INTO total, sides FROM asset_postings WHERE entry_id = wanted;
  IF total <> 0 OR sides < 2 THEN
    RAISE EXCEPTION 'A booking does not add up; nothing was booked.' USING ERRCODE = 'WR106';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER asset_entries_balance AFTER INSERT ON asset_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_entry_balance();
CREATE CONSTRAINT TRIGGER asset_postings_balance AFTER INSERT ON asset_postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_entry_balance();

-- Nothing leaves custody or a pot that is not there; nobody is paid more than was accepted of their loss, and for one
-- case never more than its loss, over all proceedings. The rows are locked, so that two cannot both
-- take the last of it.
CREATE FUNCTION guard_posting_limits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  total numeric;
  allowed bigint;
  serves bigint;
BEGIN
  IF NEW.account = 'custody' AND NEW.amount < 0 THEN
    PERFORM 1 FROM assets WHERE id = NEW.asset_id FOR UPDATE;
    SELECT sum(amount) INTO total FROM asset_postings WHERE asset_id = NEW.asset_id AND account = 'custody';
    IF total < 0 THEN
      RAISE EXCEPTION 'More would leave custody than is there; look at the account of the asset.'
        USING ERRCODE = 'WR107';
    END IF;
  ELSIF NEW.account = 'pot' AND NEW.amount < 0 THEN
    PERFORM 1 FROM payout_plans WHERE id = NEW.plan_id FOR UPDATE;
    SELECT sum(amount) INTO total FROM asset_postings WHERE plan_id = NEW.plan_id AND account = 'pot';
    IF total < 0 THEN
      RAISE EXCEPTION 'More would be paid than the pay-out holds; look at its account.' USING ERRCODE = 'WR108';
    END IF;
  ELSIF NEW.account = 'paid' THEN
    SELECT accepted, case_id INTO allowed, serves FROM loss_registrations WHERE id = NEW.registration_id FOR UPDATE;
    SELECT sum(amount) INTO total FROM asset_postings WHERE registration_id = NEW.registration_id AND account = 'paid';
    IF NEW.amount < 0 OR total > coalesce(allowed, 0) THEN
      RAISE EXCEPTION 'A victim would be paid more than the accepted loss; nothing was paid.' USING ERRCODE = 'WR109';
    END IF;
    PERFORM 1 FROM cases WHERE id = serves FOR UPDATE;
    -- What a victim reported may be more than what banks' records show; two reports of one case tell of one loss.
    SELECT greatest(c.loss, max(r.loss)) INTO allowed FROM cases c LEFT JOIN case_reports r ON r.case_id = c.id
      WHERE c.id = serves GROUP BY c.loss;
    SELECT sum(p.amount) INTO total FROM asset_postings p JOIN loss_registrations r ON r.id = p.registration_id
      WHERE r.case_id = serves AND p.account = 'paid';
    IF total > allowed THEN
      RAISE EXCEPTION 'The victims of a case would be paid more than its loss; nothing was paid.'
        USING ERRCODE = 'WR110';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER asset_postings_limits AFTER INSERT ON asset_postings
  FOR EACH ROW EXECUTE FUNCTION guard_posting_limits();

-- A payment says what its line says.
CREATE FUNCTION guard_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM asset_postings p JOIN payout_lines l
      ON l.plan_id = p.plan_id AND l.registration_id = p.registration_id AND l.amount = p.amount
      JOIN payout_plans d ON d.id = l.plan_id AND d.state = 'approved'
    WHERE p.entry_id = NEW.entry_id AND p.account = 'paid'
      AND p.plan_id = NEW.plan_id AND p.registration_id = NEW.registration_id)
  THEN
    RAISE EXCEPTION 'A payment must be what the approved pay-out says; nothing was paid.' USING ERRCODE = 'WR111';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER payout_payments_match AFTER INSERT ON payout_payments
  FOR EACH ROW EXECUTE FUNCTION guard_payment();

-- And the other way round: money booked as paid has its payment, and so its line's key, by the commit.
CREATE FUNCTION guard_paid_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.account = 'paid' AND NOT EXISTS (SELECT 1 FROM payout_payments WHERE entry_id = NEW.entry_id) THEN
    RAISE EXCEPTION 'Money can be booked as paid only with its payment; nothing was paid.' USING ERRCODE = 'WR112';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER asset_postings_paid AFTER INSERT ON asset_postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_paid_posting();

-- An asset is in the state that the last step of its history left it in; a paper stands with each that needs one.
CREATE FUNCTION guard_asset_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  now_state text;
  told text;
BEGIN
  SELECT CASE state WHEN 'in-custody' THEN 'moved' ELSE state END INTO now_state FROM assets WHERE id = NEW.id;
  SELECT kind INTO told FROM asset_events
    WHERE asset_id = NEW.id AND kind NOT IN ('kept', 'lapse-warning', 'claim-filed', 'claim-decided')
    ORDER BY id DESC LIMIT 1;
  IF told IS DISTINCT FROM now_state THEN
    RAISE EXCEPTION 'The state of an asset is missing from its history; nothing was changed.'
      USING ERRCODE = 'WR115';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER assets_history AFTER INSERT OR UPDATE OF state ON assets
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_asset_history();

-- A line of a pay-out that was approved before the money came back some other way is not paid.
CREATE FUNCTION guard_paid_after_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told loss_registrations;
  back bigint;
  most bigint;
  paid bigint;
BEGIN
  IF NEW.account <> 'paid' THEN
    RETURN NULL;
  END IF;
  SELECT * INTO told FROM loss_registrations WHERE id = NEW.registration_id;
  -- Whoever notes a recovery locks the report first, so that neither passes the other.
  PERFORM 1 FROM case_reports WHERE source = told.source AND record_id = told.record_id FOR UPDATE;
  SELECT sum(amount) INTO back FROM loss_recoveries WHERE source = told.source AND record_id = told.record_id;
  SELECT max(r.accepted), sum(p.amount) INTO most, paid
    FROM loss_registrations r LEFT JOIN asset_postings p ON p.registration_id = r.id AND p.account = 'paid'
    WHERE r.source = told.source AND r.record_id = told.record_id;
  IF back > 0 AND paid + back > most THEN
    RAISE EXCEPTION 'The victim has got money back elsewhere since this was approved, and would be paid more than the loss; nothing was paid.'
      USING ERRCODE = 'WR113';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER asset_postings_recovered AFTER INSERT ON asset_postings
  FOR EACH ROW EXECUTE FUNCTION guard_paid_after_recovery();
