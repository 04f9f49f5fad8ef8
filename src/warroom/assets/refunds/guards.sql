-- Refunds without a court: shares that never exceed the pot, approved by two officers who did not propose them, paid once.
-- Errors of class WR carry a sentence for a person.

CREATE TRIGGER refunds_never_emptied BEFORE DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER refund_cases_only_grow BEFORE UPDATE OR DELETE ON refund_cases FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER refund_claims_never_emptied BEFORE DELETE ON refund_claims FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER refund_approvals_only_grow BEFORE UPDATE OR DELETE ON refund_approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();

CREATE FUNCTION guard_refund_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.number, NEW.pot, NEW.holder, NEW.reference, NEW.reported_at, NEW.opened_by)
     IS DISTINCT FROM (OLD.number, OLD.pot, OLD.holder, OLD.reference, OLD.reported_at, OLD.opened_by)
     OR OLD.state = 'approved'
     OR (OLD.notice_at IS NOT NULL AND (NEW.notice_at, NEW.claims_until) IS DISTINCT FROM (OLD.notice_at, OLD.claims_until))
  THEN
    RAISE EXCEPTION 'What a refund says cannot be changed; open another one.' USING ERRCODE = 'WR116';
  END IF;
  IF NEW.state = 'approved' AND ((SELECT count(*) FROM refund_approvals
       WHERE refund_id = NEW.id AND digest = NEW.digest AND officer_id <> NEW.proposed_by) < 2
     OR (SELECT coalesce(sum(share), 0) FROM refund_claims WHERE refund_id = NEW.id) IS DISTINCT FROM NEW.total)
  THEN
    RAISE EXCEPTION 'A refund needs the word of two officers, and shares that add up; look at it again.' USING ERRCODE = 'WR117';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refunds_facts BEFORE UPDATE ON refunds FOR EACH ROW EXECUTE FUNCTION guard_refund_facts();

-- Whose claim it is stays; what is approved stays; a payment is noted once, of an approved share.
CREATE FUNCTION guard_refund_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  standing text;
BEGIN
  SELECT state INTO standing FROM refunds WHERE id = NEW.refund_id;
  IF (NEW.refund_id, NEW.case_id, NEW.source, NEW.record_id, NEW.code)
     IS DISTINCT FROM (OLD.refund_id, OLD.case_id, OLD.source, OLD.record_id, OLD.code)
     OR (OLD.state <> 'invited' AND (NEW.claimed, NEW.pay_bank, NEW.pay_account, NEW.filed_at)
       IS DISTINCT FROM (OLD.claimed, OLD.pay_bank, OLD.pay_account, OLD.filed_at))
     OR (OLD.state IN ('accepted', 'refused') AND (NEW.state, NEW.accepted) IS DISTINCT FROM (OLD.state, OLD.accepted))
     OR (standing = 'approved' AND (NEW.state, NEW.owed, NEW.share) IS DISTINCT FROM (OLD.state, OLD.owed, OLD.share))
     OR (OLD.paid_at IS NOT NULL)
     OR (NEW.paid_at IS NOT NULL AND standing <> 'approved')
  THEN
    RAISE EXCEPTION 'This claim cannot be changed any more; look at the refund again.' USING ERRCODE = 'WR118';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refund_claims_facts BEFORE UPDATE ON refund_claims FOR EACH ROW EXECUTE FUNCTION guard_refund_claim();

CREATE FUNCTION guard_refund_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT proposed_by FROM refunds WHERE id = NEW.refund_id) IS NOT DISTINCT FROM NEW.officer_id THEN
    RAISE EXCEPTION 'Who proposed the shares may not approve them; another officer must.' USING ERRCODE = 'WR119';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER refund_approvals_apart AFTER INSERT ON refund_approvals FOR EACH ROW EXECUTE FUNCTION guard_refund_apart();
