-- Holds of what comes in: the payments that wait, the calls to their payers, and holders' appeals. Orders and deadlines can be about
-- them, and a notice of a flag waits while nobody on a trail may hear of anything.
CREATE TABLE incoming_holds (
  id BIGSERIAL NOT NULL,
  bank TEXT NOT NULL,
  account TEXT NOT NULL,
  state TEXT NOT NULL,
  reference TEXT NOT NULL,
  signal TEXT NOT NULL,
  probability FLOAT(53),
  model_version TEXT NOT NULL,
  reasons JSONB NOT NULL,
  payers_a_day FLOAT(53) NOT NULL,
  doubts TEXT[] NOT NULL,
  reason TEXT NOT NULL,
  proposed_by BIGINT NOT NULL,
  proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  decide_by TIMESTAMP WITH TIME ZONE NOT NULL,
  approved_by BIGINT,
  approved_at TIMESTAMP WITH TIME ZONE,
  until TIMESTAMP WITH TIME ZONE,
  rule_id TEXT NOT NULL,
  rule_digest TEXT NOT NULL,
  confirmed_at TIMESTAMP WITH TIME ZONE,
  told_at TIMESTAMP WITH TIME ZONE,
  notice_th TEXT NOT NULL,
  notice_en TEXT NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_by BIGINT,
  ended_cause TEXT NOT NULL,
  ended_reason TEXT NOT NULL,
  lifted_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT incoming_holds_pk PRIMARY KEY (id),
  CONSTRAINT incoming_holds_state_check CHECK (state IN ('proposed', 'approved', 'sent', 'in_effect', 'refused', 'declined', 'ended')),
  CONSTRAINT incoming_holds_cause_check CHECK (ended_cause IN ('', 'expiry', 'officer', 'appeal', 'undecided', 'bank')),
  CONSTRAINT incoming_holds_says_check CHECK (reason <> '' AND bank <> '' AND account <> ''),
  CONSTRAINT incoming_holds_decided_check CHECK (CASE WHEN state IN ('approved', 'sent', 'in_effect') THEN approved_by IS NOT NULL AND rule_id <> '' AND until > approved_at AND until <= approved_at + interval '7 days' WHEN state IN ('ended', 'declined', 'refused') THEN ended_at IS NOT NULL ELSE approved_by IS NULL END),
  CONSTRAINT incoming_holds_two_officers_check CHECK (approved_by IS NULL OR approved_by <> proposed_by OR cardinality(doubts) = 0),
  CONSTRAINT incoming_holds_told_check CHECK ((told_at IS NULL) = (notice_en = '')),
  CONSTRAINT incoming_holds_reference_key UNIQUE (reference),
  CONSTRAINT incoming_holds_proposed_by_fk FOREIGN KEY(proposed_by) REFERENCES officers (id),
  CONSTRAINT incoming_holds_approved_by_fk FOREIGN KEY(approved_by) REFERENCES officers (id),
  CONSTRAINT incoming_holds_ended_by_fk FOREIGN KEY(ended_by) REFERENCES officers (id)
);
CREATE INDEX incoming_holds_proposed_by_idx ON incoming_holds (proposed_by);
CREATE UNIQUE INDEX incoming_holds_one_idx ON incoming_holds (bank, account) WHERE state IN ('proposed', 'approved', 'sent', 'in_effect');
CREATE INDEX incoming_holds_account_idx ON incoming_holds (bank, account);
CREATE TABLE waiting_payments (
  id BIGSERIAL NOT NULL,
  hold_id BIGINT NOT NULL,
  source TEXT NOT NULL,
  record_id TEXT NOT NULL,
  transfer TEXT NOT NULL,
  payer_bank TEXT NOT NULL,
  payer TEXT NOT NULL,
  telephone TEXT NOT NULL,
  amount BIGINT NOT NULL,
  paid_at TIMESTAMP WITH TIME ZONE NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  paid_before BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  ask_by TIMESTAMP WITH TIME ZONE NOT NULL,
  cause TEXT NOT NULL,
  decided_by BIGINT,
  decided_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  report TEXT NOT NULL,
  CONSTRAINT waiting_payments_pk PRIMARY KEY (id),
  CONSTRAINT waiting_payments_source_record_id_key UNIQUE (source, record_id),
  CONSTRAINT waiting_payments_state_check CHECK (state IN ('waiting', 'letting-through', 'let-through', 'sending-back', 'sent-back', 'gone')),
  CONSTRAINT waiting_payments_cause_check CHECK (cause IN ('', 'meant', 'cheated', 'officer', 'appeal', 'expiry')),
  CONSTRAINT waiting_payments_amount_check CHECK (amount > 0),
  CONSTRAINT waiting_payments_decided_check CHECK ((state = 'waiting') = (cause = '')),
  CONSTRAINT waiting_payments_sent_back_check CHECK (state NOT IN ('sending-back', 'sent-back', 'gone') OR (cause = 'cheated' AND decided_by IS NOT NULL)),
  CONSTRAINT waiting_payments_hold_id_fk FOREIGN KEY(hold_id) REFERENCES incoming_holds (id),
  CONSTRAINT waiting_payments_decided_by_fk FOREIGN KEY(decided_by) REFERENCES officers (id)
);
CREATE INDEX waiting_payments_hold_id_idx ON waiting_payments (hold_id);
CREATE INDEX waiting_payments_open_idx ON waiting_payments (ask_by) WHERE state = 'waiting';
CREATE TABLE incoming_appeals (
  hold_id BIGINT NOT NULL,
  id BIGSERIAL NOT NULL,
  who TEXT NOT NULL,
  text TEXT NOT NULL,
  filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  limit_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT NOT NULL,
  answered_by BIGINT,
  answered_at TIMESTAMP WITH TIME ZONE,
  reason TEXT NOT NULL,
  CONSTRAINT incoming_appeals_pk PRIMARY KEY (id),
  CONSTRAINT incoming_appeals_state_check CHECK (state IN ('open', 'upheld', 'granted')),
  CONSTRAINT incoming_appeals_answered_check CHECK ((state = 'open') = (answered_by IS NULL)),
  CONSTRAINT incoming_appeals_hold_id_fk FOREIGN KEY(hold_id) REFERENCES incoming_holds (id),
  CONSTRAINT incoming_appeals_answered_by_fk FOREIGN KEY(answered_by) REFERENCES officers (id)
);
CREATE INDEX incoming_appeals_hold_id_idx ON incoming_appeals (hold_id);
CREATE UNIQUE INDEX incoming_appeals_open_idx ON incoming_appeals (hold_id) WHERE state = 'open';
CREATE TABLE payer_calls (
  id BIGSERIAL NOT NULL,
  payment_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  answer TEXT NOT NULL,
  text TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT payer_calls_pk PRIMARY KEY (id),
  CONSTRAINT payer_calls_answer_check CHECK (answer IN ('meant', 'cheated', 'missed')),
  CONSTRAINT payer_calls_text_check CHECK (answer = 'missed' OR text <> ''),
  CONSTRAINT payer_calls_payment_id_fk FOREIGN KEY(payment_id) REFERENCES waiting_payments (id),
  CONSTRAINT payer_calls_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);
CREATE INDEX payer_calls_payment_id_idx ON payer_calls (payment_id);
ALTER TABLE flags ADD COLUMN withheld boolean NOT NULL DEFAULT false;
ALTER TABLE orders DROP CONSTRAINT orders_about_check;
ALTER TABLE orders ADD CONSTRAINT orders_about_check CHECK (about IN ('hold', 'measure', 'request', 'incoming', 'payment'));
ALTER TABLE orders DROP CONSTRAINT orders_kind_check;
ALTER TABLE orders ADD CONSTRAINT orders_kind_check CHECK (CASE about
  WHEN 'hold' THEN kind IN ('hold', 'release', 'expiry', 'extend') WHEN 'measure' THEN kind IN ('measure', 'lift', 'withdraw')
  WHEN 'incoming' THEN kind IN ('incoming-hold', 'notify', 'lift') WHEN 'payment' THEN kind IN ('let-through', 'send-back')
  ELSE kind IN ('request', 'reminder', 'lift') END);
ALTER TABLE deadlines DROP CONSTRAINT deadlines_about_check;
ALTER TABLE deadlines ADD CONSTRAINT deadlines_about_check CHECK (about IN ('hold', 'measure', 'request', 'asset', 'proceeding', 'joint',
  'person', 'person:glass', 'wake', 'flag', 'campaign', 'incoming', 'waiting-payment'));
CREATE TRIGGER incoming_holds_never_emptied BEFORE DELETE ON incoming_holds FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER waiting_payments_never_emptied BEFORE DELETE ON waiting_payments
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER payer_calls_only_grow BEFORE UPDATE OR DELETE ON payer_calls FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER incoming_appeals_never_emptied BEFORE DELETE ON incoming_appeals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
