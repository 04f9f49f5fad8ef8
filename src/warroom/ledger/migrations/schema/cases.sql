-- Cases with their reports, claimed transfers and trails; holds, and what keeps them within loss and balance.
-- Errors of class WR carry a sentence for a person.

CREATE TABLE cases (
  id bigserial NOT NULL,
  number text NOT NULL,
  state text NOT NULL,
  flag text NOT NULL,
  scam_type text NOT NULL,
  reported_at timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  loss bigint NOT NULL,
  still_there bigint NOT NULL,
  exited bigint NOT NULL,
  spent bigint NOT NULL,
  beyond_horizon bigint NOT NULL,
  held bigint NOT NULL,
  accounts bigint NOT NULL,
  banks bigint NOT NULL,
  undecided bigint NOT NULL,
  open_appeals bigint NOT NULL,
  alerts bigint NOT NULL,
  silent bigint NOT NULL,
  reports bigint NOT NULL,
  exit_at timestamptz,
  lapse_at timestamptz,
  next_due timestamptz,
  next_kind text NOT NULL,
  snapshot_id bigint,
  traced_at timestamptz,
  owner_id bigint,
  records_end timestamptz,
  leaves bigint NOT NULL,
  leaves_low bigint NOT NULL,
  leaves_high bigint NOT NULL,
  leaves_rough boolean NOT NULL,
  decide_by timestamptz,
  asked_since timestamptz,
  silent_since timestamptz,
  part_left bigint NOT NULL,
  forecast_at timestamptz,
  there bigint NOT NULL,
  unchecked boolean NOT NULL,
  CONSTRAINT cases_pk PRIMARY KEY (id),
  CONSTRAINT cases_number_key UNIQUE (number),
  CONSTRAINT cases_amounts_check CHECK (loss >= 0 AND still_there >= 0 AND exited >= 0 AND spent >= 0),
  CONSTRAINT cases_state_check CHECK (state IN ('open', 'closed')),
  CONSTRAINT cases_owner_id_fk FOREIGN KEY (owner_id) REFERENCES officers (id)
);
CREATE INDEX cases_board_idx ON cases (state, next_due, id);
CREATE INDEX cases_exit_at_idx ON cases (exit_at) WHERE state = 'open' AND undecided > 0;
CREATE INDEX cases_owned_idx ON cases (owner_id, next_due, id) WHERE state = 'open';
CREATE INDEX cases_owner_id_idx ON cases (owner_id);
CREATE INDEX cases_opened_at_idx ON cases (opened_at);
CREATE INDEX cases_queue_idx ON cases ((leaves + part_left) DESC, decide_by, reported_at, id) WHERE state = 'open';
CREATE INDEX cases_records_end_idx ON cases (records_end) WHERE state = 'open' AND undecided > 0;
CREATE INDEX cases_silent_idx ON cases (next_due, id) WHERE state = 'open' AND silent > 0;
CREATE INDEX cases_waiting_idx ON cases (next_due, id) WHERE state = 'open' AND undecided > 0 AND owner_id IS NULL;

CREATE TABLE leaving_hours (
  hour timestamptz NOT NULL,
  leaves bigint NOT NULL,
  CONSTRAINT leaving_hours_pk PRIMARY KEY (hour)
);

CREATE TABLE case_reports (
  source text NOT NULL,
  record_id text NOT NULL,
  case_id bigint NOT NULL,
  reported_at timestamptz NOT NULL,
  loss bigint NOT NULL,
  channel text NOT NULL,
  transfer_ids text[] NOT NULL,
  digest text NOT NULL,
  first boolean NOT NULL,
  CONSTRAINT case_reports_pk PRIMARY KEY (source, record_id),
  CONSTRAINT case_reports_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id)
);
CREATE INDEX case_reports_case_id_idx ON case_reports (case_id);
CREATE INDEX case_reports_reported_at_idx ON case_reports (reported_at);

CREATE TABLE claims (
  source text NOT NULL,
  record_id text NOT NULL,
  case_id bigint NOT NULL,
  uetr text NOT NULL,
  end_to_end_id text NOT NULL,
  amount bigint NOT NULL,
  time timestamptz,
  payer_bank text NOT NULL,
  payer text NOT NULL,
  payee_bank text NOT NULL,
  payee text NOT NULL,
  CONSTRAINT claims_pk PRIMARY KEY (source, record_id),
  CONSTRAINT claims_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id)
);
CREATE INDEX claims_case_id_idx ON claims (case_id);
CREATE INDEX claims_payer_end_idx ON claims (right(regexp_replace(payer, '[^0-9]', '', 'g'), 4));
CREATE INDEX claims_payee_end_idx ON claims (right(regexp_replace(payee, '[^0-9]', '', 'g'), 4));

CREATE TABLE claim_keys (
  key text NOT NULL,
  case_id bigint NOT NULL,
  CONSTRAINT claim_keys_pk PRIMARY KEY (key),
  CONSTRAINT claim_keys_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id)
);
CREATE INDEX claim_keys_case_id_idx ON claim_keys (case_id);

CREATE TABLE case_snapshots (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  sha256 text NOT NULL,
  content text NOT NULL,
  trail text NOT NULL,
  as_of timestamptz NOT NULL,
  taken_at timestamptz NOT NULL,
  CONSTRAINT case_snapshots_pk PRIMARY KEY (id),
  CONSTRAINT case_snapshots_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id)
);
CREATE INDEX case_snapshots_case_id_idx ON case_snapshots (case_id);
CREATE INDEX case_snapshots_taken_at_idx ON case_snapshots (taken_at);

CREATE TABLE proposals (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  snapshot_id bigint NOT NULL,
  bank text NOT NULL,
  account text NOT NULL,
  amount bigint NOT NULL,
  balance bigint NOT NULL,
  rank bigint NOT NULL,
  minutes_to_exit double precision NOT NULL,
  inflow jsonb NOT NULL,
  reasons jsonb NOT NULL,
  innocent_evidence jsonb NOT NULL,
  state text NOT NULL,
  hold_id bigint,
  officer_id bigint,
  decided_at timestamptz,
  decline_reason text NOT NULL,
  hop bigint,
  channel text,
  arrived_at timestamptz,
  opened_at timestamptz,
  passed double precision,
  there bigint,
  passed_on bigint,
  CONSTRAINT proposals_pk PRIMARY KEY (id),
  CONSTRAINT proposals_amount_check CHECK (amount > 0 OR state IN ('not_held', 'superseded')),
  CONSTRAINT proposals_state_check CHECK (state IN ('open', 'approved', 'declined', 'superseded', 'not_held')),
  CONSTRAINT proposals_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT proposals_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT proposals_snapshot_id_fk FOREIGN KEY (snapshot_id) REFERENCES case_snapshots (id)
);
CREATE INDEX proposals_case_id_idx ON proposals (case_id);
CREATE INDEX proposals_decided_at_idx ON proposals (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX proposals_open_idx ON proposals (case_id) WHERE state = 'open';
CREATE INDEX proposals_account_end_idx ON proposals (right(regexp_replace(account, '[^0-9]', '', 'g'), 4));
CREATE INDEX proposals_officer_id_idx ON proposals (officer_id);

CREATE TABLE holds (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  proposal_id bigint NOT NULL,
  reference text NOT NULL,
  bank text NOT NULL,
  account text NOT NULL,
  amount bigint NOT NULL,
  held bigint NOT NULL,
  active bigint GENERATED ALWAYS AS (
    CASE
      WHEN state IN ('proposed', 'approved', 'sent') THEN amount
      WHEN state IN ('in_effect', 'partly') THEN held
      ELSE 0 END
  ) STORED NOT NULL,
  balance_limit bigint NOT NULL,
  state text NOT NULL,
  rule_id text NOT NULL,
  rule_digest text NOT NULL,
  legal_basis text NOT NULL,
  snapshot text NOT NULL,
  approved_at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  report_until timestamptz NOT NULL,
  notice_th text NOT NULL,
  notice_en text NOT NULL,
  left_settled_at timestamptz,
  left_by_word bigint NOT NULL,
  CONSTRAINT holds_pk PRIMARY KEY (id),
  CONSTRAINT holds_proposal_id_key UNIQUE (proposal_id),
  CONSTRAINT holds_reference_key UNIQUE (reference),
  CONSTRAINT holds_account_check CHECK (bank <> '' AND account <> ''),
  CONSTRAINT holds_amount_check CHECK (amount > 0),
  CONSTRAINT holds_held_check CHECK (held >= 0 AND held <= amount),
  CONSTRAINT holds_left_by_word_check CHECK (left_by_word >= 0 AND left_by_word <= amount - held),
  CONSTRAINT holds_state_check
    CHECK (state IN ('proposed', 'approved', 'sent', 'in_effect', 'partly', 'refused', 'released', 'expired', 'declined', 'taken_back')),
  CONSTRAINT holds_until_check CHECK (until > approved_at),
  CONSTRAINT holds_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT holds_proposal_id_fk FOREIGN KEY (proposal_id) REFERENCES proposals (id)
);
CREATE INDEX holds_account_end_idx ON holds (right(regexp_replace(account, '[^0-9]', '', 'g'), 4));
CREATE INDEX holds_account_idx ON holds (bank, account) WHERE active > 0;
CREATE INDEX holds_asked_idx ON holds (case_id) WHERE state IN ('proposed', 'approved', 'sent');
CREATE INDEX holds_case_id_idx ON holds (case_id);
CREATE INDEX holds_expired_idx ON holds (until, id) WHERE state = 'expired';
CREATE INDEX holds_in_effect_idx ON holds (until, id) WHERE state IN ('in_effect', 'partly');

CREATE TABLE alerts (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  hold_id bigint,
  kind text NOT NULL,
  params jsonb NOT NULL,
  at timestamptz NOT NULL,
  cleared_at timestamptz,
  digest text NOT NULL,
  CONSTRAINT alerts_pk PRIMARY KEY (id),
  CONSTRAINT alerts_digest_key UNIQUE (digest),
  CONSTRAINT alerts_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT alerts_hold_id_fk FOREIGN KEY (hold_id) REFERENCES holds (id)
);
CREATE INDEX alerts_case_id_idx ON alerts (case_id);
CREATE INDEX alerts_open_idx ON alerts (at) WHERE cleared_at IS NULL;

CREATE TABLE hold_approvals (
  id bigserial NOT NULL,
  hold_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  step text NOT NULL,
  snapshot text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT hold_approvals_pk PRIMARY KEY (id),
  CONSTRAINT hold_approvals_hold_id_officer_id_key UNIQUE (hold_id, officer_id),
  CONSTRAINT hold_approvals_step_check CHECK (step IN ('hold', 'extend')),
  CONSTRAINT hold_approvals_hold_id_fk FOREIGN KEY (hold_id) REFERENCES holds (id),
  CONSTRAINT hold_approvals_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX hold_approvals_officer_id_idx ON hold_approvals (officer_id);

CREATE TABLE hold_extensions (
  id bigserial NOT NULL,
  hold_id bigint NOT NULL,
  complaint_no text NOT NULL,
  complained_at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  state text NOT NULL,
  requested_by bigint NOT NULL,
  requested_at timestamptz NOT NULL,
  approved_by bigint,
  approved_at timestamptz,
  confirmed_at timestamptz,
  CONSTRAINT hold_extensions_pk PRIMARY KEY (id),
  CONSTRAINT hold_extensions_approved_check CHECK (state IN ('requested', 'refused') OR approved_by IS NOT NULL),
  CONSTRAINT hold_extensions_complaint_check CHECK (complaint_no <> ''),
  CONSTRAINT hold_extensions_state_check CHECK (state IN ('requested', 'approved', 'confirmed', 'refused')),
  CONSTRAINT hold_extensions_two_officers_check CHECK (requested_by <> approved_by),
  CONSTRAINT hold_extensions_approved_by_fk FOREIGN KEY (approved_by) REFERENCES officers (id),
  CONSTRAINT hold_extensions_hold_id_fk FOREIGN KEY (hold_id) REFERENCES holds (id),
  CONSTRAINT hold_extensions_requested_by_fk FOREIGN KEY (requested_by) REFERENCES officers (id)
);
CREATE UNIQUE INDEX hold_extensions_one_idx ON hold_extensions (hold_id) WHERE state <> 'refused';

CREATE TABLE hold_releases (
  hold_id bigint NOT NULL,
  cause text NOT NULL,
  officer_id bigint,
  reason text NOT NULL,
  at timestamptz NOT NULL,
  lifted_at timestamptz,
  CONSTRAINT hold_releases_pk PRIMARY KEY (hold_id),
  CONSTRAINT hold_releases_cause_check CHECK (cause IN ('officer', 'appeal', 'expiry', 'bank')),
  CONSTRAINT hold_releases_hold_id_fk FOREIGN KEY (hold_id) REFERENCES holds (id),
  CONSTRAINT hold_releases_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX hold_releases_at_idx ON hold_releases (at);

CREATE TABLE hold_calls (
  id bigserial NOT NULL,
  hold_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  answered boolean NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT hold_calls_pk PRIMARY KEY (id),
  CONSTRAINT hold_calls_text_check CHECK (NOT answered OR text <> ''),
  CONSTRAINT hold_calls_hold_id_fk FOREIGN KEY (hold_id) REFERENCES holds (id),
  CONSTRAINT hold_calls_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX hold_calls_hold_id_idx ON hold_calls (hold_id);

CREATE TABLE report_checks (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  how text NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT report_checks_pk PRIMARY KEY (id),
  CONSTRAINT report_checks_how_check CHECK (how IN ('called-back', 'payer-proven', 'held-unchecked')),
  CONSTRAINT report_checks_text_check CHECK (text <> ''),
  CONSTRAINT report_checks_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT report_checks_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX report_checks_case_id_idx ON report_checks (case_id);
CREATE INDEX report_checks_officer_id_idx ON report_checks (officer_id);

CREATE TABLE appeals (
  id bigserial NOT NULL,
  hold_id bigint NOT NULL,
  who text NOT NULL,
  text text NOT NULL,
  filed_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  limit_at timestamptz NOT NULL,
  state text NOT NULL,
  answered_by bigint,
  answered_at timestamptz,
  reason text NOT NULL,
  CONSTRAINT appeals_pk PRIMARY KEY (id),
  CONSTRAINT appeals_answered_check CHECK (state = 'open' OR (answered_by IS NOT NULL AND reason <> '')),
  CONSTRAINT appeals_state_check CHECK (state IN ('open', 'upheld', 'granted')),
  CONSTRAINT appeals_answered_by_fk FOREIGN KEY (answered_by) REFERENCES officers (id),
  CONSTRAINT appeals_hold_id_fk FOREIGN KEY (hold_id) REFERENCES holds (id)
);
CREATE INDEX appeals_due_idx ON appeals (due_at) WHERE state = 'open';
CREATE UNIQUE INDEX appeals_one_open_idx ON appeals (hold_id) WHERE state = 'open';

CREATE TABLE appeal_receipts (
  appeal_id bigint NOT NULL,
  media text NOT NULL,
  content bytea NOT NULL,
  sha256 text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT appeal_receipts_pk PRIMARY KEY (appeal_id),
  CONSTRAINT appeal_receipts_content_check CHECK (octet_length(content) BETWEEN 1 AND 5242880),
  CONSTRAINT appeal_receipts_media_check CHECK (media IN ('image/jpeg', 'image/png', 'application/pdf')),
  CONSTRAINT appeal_receipts_appeal_id_fk FOREIGN KEY (appeal_id) REFERENCES appeals (id)
);

CREATE TABLE case_access (
  case_id bigint NOT NULL,
  agency text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT case_access_pk PRIMARY KEY (case_id, agency),
  CONSTRAINT case_access_agency_check CHECK (agency <> ''),
  CONSTRAINT case_access_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT case_access_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);

CREATE TABLE case_visits (
  case_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  seen_at timestamptz NOT NULL,
  CONSTRAINT case_visits_pk PRIMARY KEY (case_id, officer_id),
  CONSTRAINT case_visits_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT case_visits_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);

CREATE TABLE purposes (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  purpose text NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  CONSTRAINT purposes_pk PRIMARY KEY (id),
  CONSTRAINT purposes_purpose_check
    CHECK (purpose IN ('desk', 'investigation', 'asset', 'victim', 'prosecution', 'request', 'supervision', 'audit')),
  CONSTRAINT purposes_until_check CHECK (until > at),
  CONSTRAINT purposes_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT purposes_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX purposes_of_idx ON purposes (case_id, officer_id, until);

CREATE TABLE wakes (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  note text NOT NULL,
  set_at timestamptz NOT NULL,
  state text NOT NULL,
  CONSTRAINT wakes_pk PRIMARY KEY (id),
  CONSTRAINT wakes_at_check CHECK (at > set_at),
  CONSTRAINT wakes_note_check CHECK (note <> ''),
  CONSTRAINT wakes_state_check CHECK (state IN ('waiting', 'due', 'done')),
  CONSTRAINT wakes_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT wakes_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX wakes_case_id_idx ON wakes (case_id);
CREATE INDEX wakes_officer_id_idx ON wakes (officer_id, at) WHERE state <> 'done';

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

-- What lies below may be about a case or a hold.
ALTER TABLE deadlines ADD CONSTRAINT deadlines_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id);
ALTER TABLE orders ADD CONSTRAINT orders_hold_id_fk FOREIGN KEY (hold_id) REFERENCES holds (id);
