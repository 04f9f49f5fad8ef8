-- Flags on payees: proposed by analysis, decided by an officer, ended by their clock, an officer or an appeal.

-- An account of which payers are warned. A renewal is a row of its own, with the code of the one before it.
CREATE TABLE flags (
  id bigserial NOT NULL,
  bank text NOT NULL,
  account text NOT NULL,
  state text NOT NULL,
  scam_type text NOT NULL,
  origin text NOT NULL,
  probability double precision,
  model_version text NOT NULL,
  reasons jsonb NOT NULL,
  signal text NOT NULL,
  reference text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decide_by timestamptz NOT NULL,
  decided_by bigint,
  decided_at timestamptz,
  reason text NOT NULL,
  until timestamptz,
  rule_id text NOT NULL,
  notice_th text NOT NULL,
  notice_en text NOT NULL,
  noticed_at timestamptz,
  renewed_from bigint,
  ended_at timestamptz,
  ended_by bigint,
  ended_cause text NOT NULL,
  ended_reason text NOT NULL,
  turn bigint NOT NULL,
  CONSTRAINT flags_pk PRIMARY KEY (id),
  CONSTRAINT flags_state_check CHECK (state IN ('proposed', 'in_effect', 'declined', 'ended')),
  CONSTRAINT flags_origin_check CHECK (origin IN ('signal', 'report', 'probing')),
  CONSTRAINT flags_cause_check
    CHECK (ended_cause IN ('', 'expiry', 'officer', 'appeal', 'renewal', 'undecided')),
  CONSTRAINT flags_decided_check CHECK (
    CASE state WHEN 'proposed' THEN decided_by IS NULL
      WHEN 'in_effect' THEN decided_by IS NOT NULL AND reason <> '' AND until > decided_at
      WHEN 'declined' THEN decided_by IS NOT NULL AND reason <> ''
      ELSE ended_at IS NOT NULL AND ended_cause <> '' END),
  CONSTRAINT flags_decided_by_fk FOREIGN KEY (decided_by) REFERENCES officers (id),
  CONSTRAINT flags_ended_by_fk FOREIGN KEY (ended_by) REFERENCES officers (id),
  CONSTRAINT flags_renewed_from_fk FOREIGN KEY (renewed_from) REFERENCES flags (id)
);
CREATE UNIQUE INDEX flags_open_idx ON flags (bank, account) WHERE state IN ('proposed', 'in_effect');
CREATE INDEX flags_account_idx ON flags (bank, account);
CREATE INDEX flags_state_idx ON flags (state, decide_by);
CREATE INDEX flags_reference_idx ON flags (reference);
CREATE INDEX flags_turn_idx ON flags (turn);

-- What a holder says against a flag.
CREATE TABLE flag_appeals (
  id bigserial NOT NULL,
  flag_id bigint NOT NULL,
  who text NOT NULL,
  text text NOT NULL,
  filed_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  limit_at timestamptz NOT NULL,
  state text NOT NULL,
  reason text NOT NULL,
  answered_by bigint,
  answered_at timestamptz,
  CONSTRAINT flag_appeals_pk PRIMARY KEY (id),
  CONSTRAINT flag_appeals_state_check CHECK (state IN ('open', 'upheld', 'granted')),
  CONSTRAINT flag_appeals_answered_check CHECK ((state = 'open') = (answered_by IS NULL)),
  CONSTRAINT flag_appeals_answered_by_fk FOREIGN KEY (answered_by) REFERENCES officers (id),
  CONSTRAINT flag_appeals_flag_id_fk FOREIGN KEY (flag_id) REFERENCES flags (id)
);
CREATE UNIQUE INDEX flag_appeals_open_idx ON flag_appeals (flag_id) WHERE state = 'open';
CREATE INDEX flag_appeals_flag_id_idx ON flag_appeals (flag_id);

-- How large a share of pairs of payer and payee hears nothing of a flag, so that its effect can be measured; the last row holds.
CREATE TABLE flag_trials (
  id bigserial NOT NULL,
  share double precision NOT NULL,
  reason text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT flag_trials_pk PRIMARY KEY (id),
  CONSTRAINT flag_trials_reason_check CHECK (reason <> ''),
  CONSTRAINT flag_trials_share_check CHECK (share BETWEEN 0 AND 0.5),
  CONSTRAINT flag_trials_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);

-- Payments to a flagged payee that were asked about while a trial ran, by the name of the check; who paid whom is not here.
CREATE TABLE flag_payments (
  check_id text NOT NULL,
  flag_id bigint NOT NULL,
  partner text NOT NULL,
  trial_id bigint NOT NULL,
  arm text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT flag_payments_pk PRIMARY KEY (check_id),
  CONSTRAINT flag_payments_arm_check CHECK (arm IN ('told', 'held_out')),
  CONSTRAINT flag_payments_flag_id_fk FOREIGN KEY (flag_id) REFERENCES flags (id),
  CONSTRAINT flag_payments_trial_id_fk FOREIGN KEY (trial_id) REFERENCES flag_trials (id)
);
CREATE INDEX flag_payments_trial_id_idx ON flag_payments (trial_id, partner);

-- What a bank says became of such a payment.
CREATE TABLE flag_outcomes (
  check_id text NOT NULL,
  outcome text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT flag_outcomes_pk PRIMARY KEY (check_id),
  CONSTRAINT flag_outcomes_outcome_check CHECK (outcome IN ('paid', 'abandoned')),
  CONSTRAINT flag_outcomes_check_id_fk FOREIGN KEY (check_id) REFERENCES flag_payments (check_id)
);

-- Accounts about which more payers were asked than pay them: how somebody finds out whether an account was noticed.
CREATE TABLE flag_probes (
  id bigserial NOT NULL,
  bank text NOT NULL,
  account text NOT NULL,
  day date NOT NULL,
  asked bigint NOT NULL,
  abandoned bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT flag_probes_pk PRIMARY KEY (id),
  CONSTRAINT flag_probes_bank_account_day_key UNIQUE (bank, account, day)
);

CREATE TRIGGER flags_never_emptied BEFORE DELETE ON flags FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_appeals_never_emptied BEFORE DELETE ON flag_appeals FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_trials_only_grow BEFORE UPDATE OR DELETE ON flag_trials FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_payments_only_grow BEFORE UPDATE OR DELETE ON flag_payments
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_outcomes_only_grow BEFORE UPDATE OR DELETE ON flag_outcomes
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_probes_only_grow BEFORE UPDATE OR DELETE ON flag_probes FOR EACH ROW EXECUTE FUNCTION deny_change();
