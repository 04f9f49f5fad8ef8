-- The tables as schema.py described them when the ledger was first made. Never edited: a change is a new migration.

CREATE TABLE audit (
  sequence BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  officer TEXT NOT NULL,
  verb TEXT NOT NULL,
  subject TEXT NOT NULL,
  case_number TEXT,
  leaf BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  chain BYTEA NOT NULL,
  CONSTRAINT audit_pk PRIMARY KEY (sequence),
  CONSTRAINT audit_hash_check CHECK (hash = sha256('\x00'::bytea || leaf))
);

CREATE INDEX audit_case_number_idx ON audit (case_number, sequence);

CREATE TABLE cases (
  id BIGSERIAL NOT NULL,
  number TEXT NOT NULL,
  state TEXT NOT NULL,
  flag TEXT NOT NULL,
  scam_type TEXT NOT NULL,
  reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  loss BIGINT NOT NULL,
  still_there BIGINT NOT NULL,
  exited BIGINT NOT NULL,
  spent BIGINT NOT NULL,
  beyond_horizon BIGINT NOT NULL,
  held BIGINT NOT NULL,
  accounts BIGINT NOT NULL,
  banks BIGINT NOT NULL,
  undecided BIGINT NOT NULL,
  open_appeals BIGINT NOT NULL,
  alerts BIGINT NOT NULL,
  silent BIGINT NOT NULL,
  reports BIGINT NOT NULL,
  exit_at TIMESTAMP WITH TIME ZONE,
  lapse_at TIMESTAMP WITH TIME ZONE,
  next_due TIMESTAMP WITH TIME ZONE,
  next_kind TEXT NOT NULL,
  snapshot_id BIGINT,
  traced_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT cases_pk PRIMARY KEY (id),
  CONSTRAINT cases_state_check CHECK (state IN ('open', 'closed')),
  CONSTRAINT cases_amounts_check CHECK (loss >= 0 AND still_there >= 0 AND exited >= 0 AND spent >= 0),
  CONSTRAINT cases_number_key UNIQUE (number)
);

CREATE INDEX cases_board_idx ON cases (state, next_due, id);

CREATE INDEX cases_exit_at_idx ON cases (exit_at) WHERE state = 'open' AND undecided > 0;

CREATE TABLE checkpoints (
  size BIGINT NOT NULL,
  root BYTEA NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  note TEXT NOT NULL,
  CONSTRAINT checkpoints_pk PRIMARY KEY (size)
);

CREATE TABLE marks (
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  CONSTRAINT marks_pk PRIMARY KEY (name)
);

CREATE TABLE officers (
  id BIGSERIAL NOT NULL,
  username TEXT NOT NULL,
  name TEXT NOT NULL,
  agency TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  roles TEXT[] NOT NULL,
  active BOOLEAN NOT NULL,
  failures BIGINT NOT NULL,
  locked_until TIMESTAMP WITH TIME ZONE,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT officers_pk PRIMARY KEY (id),
  CONSTRAINT officers_named_check CHECK (username <> '' AND name <> ''),
  CONSTRAINT officers_username_key UNIQUE (username)
);

CREATE TABLE case_reports (
  source TEXT NOT NULL,
  record_id TEXT NOT NULL,
  case_id BIGINT NOT NULL,
  reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
  loss BIGINT NOT NULL,
  channel TEXT NOT NULL,
  transfer_ids TEXT[] NOT NULL,
  digest TEXT NOT NULL,
  first BOOLEAN NOT NULL,
  CONSTRAINT case_reports_pk PRIMARY KEY (source, record_id),
  CONSTRAINT case_reports_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX case_reports_case_id_idx ON case_reports (case_id);

CREATE TABLE case_snapshots (
  id BIGSERIAL NOT NULL,
  case_id BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  content TEXT NOT NULL,
  trail TEXT NOT NULL,
  as_of TIMESTAMP WITH TIME ZONE NOT NULL,
  taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT case_snapshots_pk PRIMARY KEY (id),
  CONSTRAINT case_snapshots_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX case_snapshots_case_id_idx ON case_snapshots (case_id);

CREATE TABLE claim_keys (
  key TEXT NOT NULL,
  case_id BIGINT NOT NULL,
  CONSTRAINT claim_keys_pk PRIMARY KEY (key),
  CONSTRAINT claim_keys_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX claim_keys_case_id_idx ON claim_keys (case_id);

CREATE TABLE claims (
  source TEXT NOT NULL,
  record_id TEXT NOT NULL,
  case_id BIGINT NOT NULL,
  uetr TEXT NOT NULL,
  end_to_end_id TEXT NOT NULL,
  amount BIGINT NOT NULL,
  time TIMESTAMP WITH TIME ZONE,
  payer_bank TEXT NOT NULL,
  payer TEXT NOT NULL,
  payee_bank TEXT NOT NULL,
  payee TEXT NOT NULL,
  CONSTRAINT claims_pk PRIMARY KEY (source, record_id),
  CONSTRAINT claims_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX claims_case_id_idx ON claims (case_id);

CREATE TABLE idempotency (
  officer_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  result JSONB NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT idempotency_pk PRIMARY KEY (officer_id, key),
  CONSTRAINT idempotency_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE TABLE law_confirmations (
  rule_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  officer_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT law_confirmations_pk PRIMARY KEY (rule_id, digest),
  CONSTRAINT law_confirmations_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE TABLE sessions (
  token_hash BYTEA NOT NULL,
  officer_id BIGINT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT sessions_pk PRIMARY KEY (token_hash),
  CONSTRAINT sessions_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE INDEX sessions_officer_id_idx ON sessions (officer_id);

CREATE TABLE proposals (
  id BIGSERIAL NOT NULL,
  case_id BIGINT NOT NULL,
  snapshot_id BIGINT NOT NULL,
  bank TEXT NOT NULL,
  account TEXT NOT NULL,
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  rank BIGINT NOT NULL,
  minutes_to_exit FLOAT(53) NOT NULL,
  inflow JSONB NOT NULL,
  reasons JSONB NOT NULL,
  innocent_evidence JSONB NOT NULL,
  state TEXT NOT NULL,
  action_id BIGINT,
  officer_id BIGINT,
  decided_at TIMESTAMP WITH TIME ZONE,
  decline_reason TEXT NOT NULL,
  CONSTRAINT proposals_pk PRIMARY KEY (id),
  CONSTRAINT proposals_amount_check CHECK (amount > 0 OR state IN ('not_held', 'superseded')),
  CONSTRAINT proposals_state_check CHECK (state IN ('open', 'approved', 'declined', 'superseded', 'not_held')),
  CONSTRAINT proposals_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT proposals_snapshot_id_fk FOREIGN KEY(snapshot_id) REFERENCES case_snapshots (id),
  CONSTRAINT proposals_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE INDEX proposals_case_id_idx ON proposals (case_id);

CREATE TABLE actions (
  id BIGSERIAL NOT NULL,
  case_id BIGINT NOT NULL,
  proposal_id BIGINT NOT NULL,
  reference TEXT NOT NULL,
  bank TEXT NOT NULL,
  account TEXT NOT NULL,
  amount BIGINT NOT NULL,
  held BIGINT NOT NULL,
  active BIGINT GENERATED ALWAYS AS (CASE WHEN state IN ('proposed', 'approved', 'sent') THEN amount WHEN state IN ('in_effect', 'partly') THEN held ELSE 0 END) STORED NOT NULL,
  balance_limit BIGINT NOT NULL,
  state TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  rule_digest TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
  until TIMESTAMP WITH TIME ZONE NOT NULL,
  report_until TIMESTAMP WITH TIME ZONE NOT NULL,
  notice_th TEXT NOT NULL,
  notice_en TEXT NOT NULL,
  CONSTRAINT actions_pk PRIMARY KEY (id),
  CONSTRAINT actions_amount_check CHECK (amount > 0),
  CONSTRAINT actions_held_check CHECK (held >= 0 AND held <= amount),
  CONSTRAINT actions_account_check CHECK (bank <> '' AND account <> ''),
  CONSTRAINT actions_until_check CHECK (until > approved_at),
  CONSTRAINT actions_state_check CHECK (state IN ('proposed', 'approved', 'sent', 'in_effect', 'partly', 'refused', 'released', 'expired', 'declined')),
  CONSTRAINT actions_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT actions_proposal_id_key UNIQUE (proposal_id),
  CONSTRAINT actions_proposal_id_fk FOREIGN KEY(proposal_id) REFERENCES proposals (id),
  CONSTRAINT actions_reference_key UNIQUE (reference)
);

CREATE INDEX actions_account_idx ON actions (bank, account) WHERE active > 0;

CREATE INDEX actions_case_id_idx ON actions (case_id);

CREATE TABLE alerts (
  id BIGSERIAL NOT NULL,
  case_id BIGINT NOT NULL,
  action_id BIGINT,
  kind TEXT NOT NULL,
  params JSONB NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  cleared_at TIMESTAMP WITH TIME ZONE,
  digest TEXT NOT NULL,
  CONSTRAINT alerts_pk PRIMARY KEY (id),
  CONSTRAINT alerts_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT alerts_action_id_fk FOREIGN KEY(action_id) REFERENCES actions (id),
  CONSTRAINT alerts_digest_key UNIQUE (digest)
);

CREATE INDEX alerts_case_id_idx ON alerts (case_id);

CREATE INDEX alerts_open_idx ON alerts (at) WHERE cleared_at IS NULL;

CREATE TABLE appeals (
  id BIGSERIAL NOT NULL,
  action_id BIGINT NOT NULL,
  who TEXT NOT NULL,
  text TEXT NOT NULL,
  filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  limit_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT NOT NULL,
  answered_by BIGINT,
  answered_at TIMESTAMP WITH TIME ZONE,
  reason TEXT NOT NULL,
  CONSTRAINT appeals_pk PRIMARY KEY (id),
  CONSTRAINT appeals_state_check CHECK (state IN ('open', 'upheld', 'granted')),
  CONSTRAINT appeals_answered_check CHECK (state = 'open' OR (answered_by IS NOT NULL AND reason <> '')),
  CONSTRAINT appeals_action_id_fk FOREIGN KEY(action_id) REFERENCES actions (id),
  CONSTRAINT appeals_answered_by_fk FOREIGN KEY(answered_by) REFERENCES officers (id)
);

CREATE INDEX appeals_due_idx ON appeals (due_at) WHERE state = 'open';

CREATE UNIQUE INDEX appeals_one_open_idx ON appeals (action_id) WHERE state = 'open';

CREATE TABLE approvals (
  id BIGSERIAL NOT NULL,
  action_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  step TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT approvals_pk PRIMARY KEY (id),
  CONSTRAINT approvals_action_id_officer_id_key UNIQUE (action_id, officer_id),
  CONSTRAINT approvals_step_check CHECK (step IN ('hold', 'extend')),
  CONSTRAINT approvals_action_id_fk FOREIGN KEY(action_id) REFERENCES actions (id),
  CONSTRAINT approvals_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE TABLE extensions (
  id BIGSERIAL NOT NULL,
  action_id BIGINT NOT NULL,
  complaint_no TEXT NOT NULL,
  complained_at TIMESTAMP WITH TIME ZONE NOT NULL,
  until TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT NOT NULL,
  requested_by BIGINT NOT NULL,
  requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
  approved_by BIGINT,
  approved_at TIMESTAMP WITH TIME ZONE,
  confirmed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT extensions_pk PRIMARY KEY (id),
  CONSTRAINT extensions_two_officers_check CHECK (requested_by <> approved_by),
  CONSTRAINT extensions_complaint_check CHECK (complaint_no <> ''),
  CONSTRAINT extensions_state_check CHECK (state IN ('requested', 'approved', 'confirmed', 'refused')),
  CONSTRAINT extensions_approved_check CHECK (state IN ('requested', 'refused') OR approved_by IS NOT NULL),
  CONSTRAINT extensions_action_id_fk FOREIGN KEY(action_id) REFERENCES actions (id),
  CONSTRAINT extensions_requested_by_fk FOREIGN KEY(requested_by) REFERENCES officers (id),
  CONSTRAINT extensions_approved_by_fk FOREIGN KEY(approved_by) REFERENCES officers (id)
);

CREATE UNIQUE INDEX extensions_one_idx ON extensions (action_id) WHERE state <> 'refused';

CREATE TABLE orders (
  order_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  action_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  bank TEXT NOT NULL,
  account TEXT NOT NULL,
  amount BIGINT NOT NULL,
  currency TEXT NOT NULL,
  until TIMESTAMP WITH TIME ZONE NOT NULL,
  reason TEXT NOT NULL,
  exercise BOOLEAN NOT NULL,
  facts JSONB NOT NULL,
  notice_th TEXT NOT NULL,
  notice_en TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  next_try TIMESTAMP WITH TIME ZONE,
  sent_at TIMESTAMP WITH TIME ZONE,
  received_at TIMESTAMP WITH TIME ZONE,
  acknowledged_at TIMESTAMP WITH TIME ZONE,
  last_error TEXT NOT NULL,
  CONSTRAINT orders_pk PRIMARY KEY (order_id),
  CONSTRAINT orders_action_id_place_key UNIQUE (action_id, place),
  CONSTRAINT orders_amount_check CHECK (amount > 0),
  CONSTRAINT orders_kind_check CHECK (kind IN ('hold', 'release', 'expiry', 'extend')),
  CONSTRAINT orders_state_check CHECK (state IN ('waiting', 'sent', 'acknowledged', 'failed', 'cancelled')),
  CONSTRAINT orders_action_id_fk FOREIGN KEY(action_id) REFERENCES actions (id)
);

CREATE INDEX orders_next_try_idx ON orders (next_try) WHERE state IN ('waiting', 'sent');

CREATE TABLE releases (
  action_id BIGINT NOT NULL,
  cause TEXT NOT NULL,
  officer_id BIGINT,
  reason TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  lifted_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT releases_pk PRIMARY KEY (action_id),
  CONSTRAINT releases_cause_check CHECK (cause IN ('officer', 'appeal', 'expiry', 'bank')),
  CONSTRAINT releases_action_id_fk FOREIGN KEY(action_id) REFERENCES actions (id),
  CONSTRAINT releases_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE TABLE answers (
  id BIGSERIAL NOT NULL,
  order_id TEXT NOT NULL,
  partner TEXT NOT NULL,
  time TIMESTAMP WITH TIME ZONE NOT NULL,
  status TEXT NOT NULL,
  amount BIGINT,
  text TEXT NOT NULL,
  effect TEXT NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  digest TEXT NOT NULL,
  CONSTRAINT answers_pk PRIMARY KEY (id),
  CONSTRAINT answers_status_check CHECK (status IN ('received', 'done', 'partly', 'refused', 'lifted')),
  CONSTRAINT answers_order_id_fk FOREIGN KEY(order_id) REFERENCES orders (order_id),
  CONSTRAINT answers_digest_key UNIQUE (digest)
);

CREATE INDEX answers_order_id_idx ON answers (order_id);

CREATE TABLE clocks (
  id BIGSERIAL NOT NULL,
  case_id BIGINT NOT NULL,
  action_id BIGINT NOT NULL,
  appeal_id BIGINT,
  kind TEXT NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT NOT NULL,
  CONSTRAINT clocks_pk PRIMARY KEY (id),
  CONSTRAINT clocks_state_check CHECK (state IN ('running', 'done', 'stopped')),
  CONSTRAINT clocks_kind_check CHECK (kind IN ('lapse', 'lapse_warning', 'silence', 'appeal_due', 'appeal_limit')),
  CONSTRAINT clocks_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT clocks_action_id_fk FOREIGN KEY(action_id) REFERENCES actions (id),
  CONSTRAINT clocks_appeal_id_fk FOREIGN KEY(appeal_id) REFERENCES appeals (id)
);

CREATE INDEX clocks_action_id_idx ON clocks (action_id);

CREATE INDEX clocks_due_idx ON clocks (due_at) WHERE state = 'running';
