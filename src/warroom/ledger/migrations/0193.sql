-- Refunds that need no forfeiture: the pot and its cases, victims' claims by code, and who approved the shares; and claims from the public pages.
CREATE TABLE refunds (
  id BIGSERIAL NOT NULL,
  number TEXT NOT NULL,
  state TEXT NOT NULL,
  pot BIGINT NOT NULL,
  holder TEXT NOT NULL,
  reference TEXT NOT NULL,
  reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
  opened_by BIGINT NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  notice TEXT NOT NULL,
  notice_at TIMESTAMP WITH TIME ZONE,
  claims_until TIMESTAMP WITH TIME ZONE,
  rule_id TEXT NOT NULL,
  rule_digest TEXT NOT NULL,
  method TEXT NOT NULL,
  total BIGINT,
  remainder BIGINT,
  digest TEXT NOT NULL,
  reason TEXT NOT NULL,
  kept_rule_id TEXT NOT NULL,
  kept_rule_digest TEXT NOT NULL,
  proposed_by BIGINT,
  proposed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT refunds_pk PRIMARY KEY (id),
  CONSTRAINT refunds_state_check CHECK (state IN ('opened', 'noticed', 'proposed', 'approved')),
  CONSTRAINT refunds_method_check CHECK (method IN ('', 'exact', 'proportional')),
  CONSTRAINT refunds_pot_check CHECK (pot > 0),
  CONSTRAINT refunds_reference_check CHECK (reference <> ''),
  CONSTRAINT refunds_window_check CHECK ((state = 'opened') = (claims_until IS NULL)),
  CONSTRAINT refunds_notice_check CHECK ((notice_at IS NULL) = (claims_until IS NULL) AND (notice_at IS NULL) = (notice = '')),
  CONSTRAINT refunds_adds_up_check CHECK (CASE WHEN state IN ('proposed', 'approved') THEN method <> '' AND proposed_by IS NOT NULL AND total >= 0 AND remainder >= 0 AND pot = total + remainder ELSE method = '' AND proposed_by IS NULL AND total IS NULL END),
  CONSTRAINT refunds_number_key UNIQUE (number),
  CONSTRAINT refunds_holder_fk FOREIGN KEY(holder) REFERENCES agencies (code),
  CONSTRAINT refunds_opened_by_fk FOREIGN KEY(opened_by) REFERENCES officers (id),
  CONSTRAINT refunds_proposed_by_fk FOREIGN KEY(proposed_by) REFERENCES officers (id)
);
CREATE TABLE refund_cases (
  refund_id BIGINT NOT NULL,
  case_id BIGINT NOT NULL,
  CONSTRAINT refund_cases_pk PRIMARY KEY (refund_id, case_id),
  CONSTRAINT refund_cases_refund_id_fk FOREIGN KEY(refund_id) REFERENCES refunds (id),
  CONSTRAINT refund_cases_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX refund_cases_case_id_idx ON refund_cases (case_id);
CREATE TABLE refund_claims (
  id BIGSERIAL NOT NULL,
  refund_id BIGINT NOT NULL,
  case_id BIGINT NOT NULL,
  source TEXT NOT NULL,
  record_id TEXT NOT NULL,
  code TEXT NOT NULL,
  state TEXT NOT NULL,
  claimed BIGINT,
  pay_bank TEXT NOT NULL,
  pay_account TEXT NOT NULL,
  text TEXT NOT NULL,
  filed_at TIMESTAMP WITH TIME ZONE,
  accepted BIGINT,
  reason TEXT NOT NULL,
  decided_by BIGINT,
  decided_at TIMESTAMP WITH TIME ZONE,
  owed BIGINT,
  share BIGINT,
  paid_at TIMESTAMP WITH TIME ZONE,
  paid_by BIGINT,
  payment TEXT NOT NULL,
  CONSTRAINT refund_claims_pk PRIMARY KEY (id),
  CONSTRAINT refund_claims_refund_id_source_record_id_key UNIQUE (refund_id, source, record_id),
  CONSTRAINT refund_claims_source_fk FOREIGN KEY(source, record_id) REFERENCES case_reports (source, record_id),
  CONSTRAINT refund_claims_case_of_refund_fk FOREIGN KEY(refund_id, case_id) REFERENCES refund_cases (refund_id, case_id),
  CONSTRAINT refund_claims_state_check CHECK (state IN ('invited', 'filed', 'accepted', 'refused')),
  CONSTRAINT refund_claims_filed_check CHECK (CASE WHEN state = 'invited' THEN claimed IS NULL AND filed_at IS NULL ELSE claimed > 0 AND filed_at IS NOT NULL AND pay_bank <> '' AND pay_account <> '' END),
  CONSTRAINT refund_claims_decided_check CHECK ((state IN ('accepted', 'refused')) = (decided_by IS NOT NULL)),
  CONSTRAINT refund_claims_accepted_check CHECK ((state = 'accepted') = (accepted IS NOT NULL)),
  CONSTRAINT refund_claims_accepted_sum_check CHECK (accepted > 0 AND accepted <= claimed),
  CONSTRAINT refund_claims_shared_check CHECK ((owed IS NULL) = (share IS NULL)),
  CONSTRAINT refund_claims_share_check CHECK (share >= 0 AND share <= owed AND owed <= accepted),
  CONSTRAINT refund_claims_paid_check CHECK (CASE WHEN paid_at IS NULL THEN paid_by IS NULL AND payment = '' ELSE share > 0 AND paid_by IS NOT NULL AND payment <> '' END),
  CONSTRAINT refund_claims_refund_id_fk FOREIGN KEY(refund_id) REFERENCES refunds (id),
  CONSTRAINT refund_claims_code_key UNIQUE (code),
  CONSTRAINT refund_claims_decided_by_fk FOREIGN KEY(decided_by) REFERENCES officers (id),
  CONSTRAINT refund_claims_paid_by_fk FOREIGN KEY(paid_by) REFERENCES officers (id)
);
CREATE INDEX refund_claims_case_idx ON refund_claims (case_id);
CREATE INDEX refund_claims_report_idx ON refund_claims (source, record_id);
CREATE TABLE refund_approvals (
  refund_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  digest TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT refund_approvals_pk PRIMARY KEY (refund_id, officer_id, digest),
  CONSTRAINT refund_approvals_refund_id_fk FOREIGN KEY(refund_id) REFERENCES refunds (id),
  CONSTRAINT refund_approvals_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);
CREATE INDEX refund_approvals_officer_id_idx ON refund_approvals (officer_id);
ALTER TABLE outside_submissions DROP CONSTRAINT outside_submissions_kind_check;
ALTER TABLE outside_submissions ADD CONSTRAINT outside_submissions_kind_check CHECK (kind IN ('money_left', 'tip', 'job', 'missing', 'message', 'recheck', 'wrong', 'appeal', 'lesson', 'refund'));
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
