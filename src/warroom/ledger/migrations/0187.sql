-- The look at a payment: thresholds that two officers decide, payments that they hold back or would in the other arm with what became
-- of them, and pairs of payer and payee of which the payer said that the payment is meant.
CREATE TABLE advice_rules (
  id bigserial NOT NULL,
  state text NOT NULL,
  wait_from double precision NOT NULL,
  ask_from double precision NOT NULL,
  held_out double precision NOT NULL,
  reason text NOT NULL,
  proposed_by bigint NOT NULL,
  proposed_at timestamptz NOT NULL,
  confirmed_by bigint,
  confirmed_at timestamptz,
  until timestamptz,
  ended_by bigint,
  ended_at timestamptz,
  CONSTRAINT advice_rules_pk PRIMARY KEY (id),
  CONSTRAINT advice_rules_state_check CHECK (state IN ('proposed', 'in_effect', 'ended')),
  CONSTRAINT advice_rules_reason_check CHECK (reason <> ''),
  CONSTRAINT advice_rules_shares_check CHECK (0 < wait_from AND wait_from <= ask_from AND ask_from <= 1),
  CONSTRAINT advice_rules_held_out_check CHECK (held_out BETWEEN 0 AND 0.5),
  CONSTRAINT advice_rules_confirmed_check CHECK (state <> 'in_effect' OR (confirmed_by IS NOT NULL AND confirmed_by <> proposed_by AND until > confirmed_at)),
  CONSTRAINT advice_rules_proposed_by_fk FOREIGN KEY (proposed_by) REFERENCES officers (id),
  CONSTRAINT advice_rules_confirmed_by_fk FOREIGN KEY (confirmed_by) REFERENCES officers (id),
  CONSTRAINT advice_rules_ended_by_fk FOREIGN KEY (ended_by) REFERENCES officers (id)
);
CREATE UNIQUE INDEX advice_rules_open_idx ON advice_rules (state) WHERE state IN ('proposed', 'in_effect');
CREATE TABLE advice_payments (
  check_id text NOT NULL,
  rule_id bigint NOT NULL,
  pair bigint NOT NULL,
  partner text NOT NULL,
  arm text NOT NULL,
  advice text NOT NULL,
  share double precision NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT advice_payments_pk PRIMARY KEY (check_id),
  CONSTRAINT advice_payments_arm_check CHECK (arm IN ('told', 'held_out')),
  CONSTRAINT advice_payments_advice_check CHECK (advice IN ('go_on', 'wait', 'ask_person')),
  CONSTRAINT advice_payments_rule_id_fk FOREIGN KEY (rule_id) REFERENCES advice_rules (id)
);
CREATE INDEX advice_payments_rule_id_idx ON advice_payments (rule_id, partner);
CREATE TABLE advice_outcomes (
  check_id text NOT NULL,
  outcome text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT advice_outcomes_pk PRIMARY KEY (check_id),
  CONSTRAINT advice_outcomes_outcome_check CHECK (outcome IN ('paid', 'abandoned')),
  CONSTRAINT advice_outcomes_check_id_fk FOREIGN KEY (check_id) REFERENCES advice_payments (check_id)
);
CREATE TABLE meant_pairs (
  pair bigint NOT NULL,
  partner text NOT NULL,
  at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  CONSTRAINT meant_pairs_pk PRIMARY KEY (pair)
);
CREATE TRIGGER advice_rules_never_emptied BEFORE DELETE ON advice_rules FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER advice_payments_only_grow BEFORE UPDATE OR DELETE ON advice_payments
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER advice_outcomes_only_grow BEFORE UPDATE OR DELETE ON advice_outcomes
  FOR EACH ROW EXECUTE FUNCTION deny_change();
