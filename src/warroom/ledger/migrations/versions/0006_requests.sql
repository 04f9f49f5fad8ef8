-- Requests to partners, assets and pay-outs, as the schema described them when they were first made.

CREATE TABLE asset_entries (
  id BIGSERIAL NOT NULL,
  kind TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  officer_id BIGINT,
  text TEXT NOT NULL,
  document TEXT NOT NULL,
  CONSTRAINT asset_entries_pk PRIMARY KEY (id),
  CONSTRAINT asset_entries_kind_check CHECK (kind IN ('seized', 'revalued', 'cost', 'returned', 'pooled', 'paid', 'remainder')),
  CONSTRAINT asset_entries_document_check CHECK (document = '' OR document ~ '^[0-9a-f]{64}$'),
  CONSTRAINT asset_entries_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE TABLE proceedings (
  id BIGSERIAL NOT NULL,
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  court TEXT NOT NULL,
  fund TEXT NOT NULL,
  made_by BIGINT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  notice_at TIMESTAMP WITH TIME ZONE,
  register_until TIMESTAMP WITH TIME ZONE,
  CONSTRAINT proceedings_pk PRIMARY KEY (id),
  CONSTRAINT proceedings_notice_check CHECK ((notice_at IS NULL) = (register_until IS NULL)),
  CONSTRAINT proceedings_says_check CHECK (title <> ''),
  CONSTRAINT proceedings_number_key UNIQUE (number),
  CONSTRAINT proceedings_court_fk FOREIGN KEY(court) REFERENCES agencies (code),
  CONSTRAINT proceedings_fund_fk FOREIGN KEY(fund) REFERENCES agencies (code),
  CONSTRAINT proceedings_made_by_fk FOREIGN KEY(made_by) REFERENCES officers (id)
);

CREATE TABLE assets (
  id BIGSERIAL NOT NULL,
  number TEXT NOT NULL,
  case_id BIGINT NOT NULL,
  proceeding_id BIGINT,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  particulars JSONB NOT NULL,
  found_with TEXT NOT NULL,
  state TEXT NOT NULL,
  place TEXT NOT NULL,
  seal TEXT NOT NULL,
  traced_by BIGINT NOT NULL,
  traced_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT assets_pk PRIMARY KEY (id),
  CONSTRAINT assets_kind_check CHECK (kind IN ('cash', 'bank-balance', 'crypto', 'gold', 'car', 'land', 'other')),
  CONSTRAINT assets_state_check CHECK (state IN ('traced', 'frozen', 'seized', 'in-custody', 'forfeited', 'realised', 'lapsed', 'returned', 'pooled')),
  CONSTRAINT assets_says_check CHECK (title <> ''),
  CONSTRAINT assets_number_key UNIQUE (number),
  CONSTRAINT assets_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT assets_proceeding_id_fk FOREIGN KEY(proceeding_id) REFERENCES proceedings (id),
  CONSTRAINT assets_traced_by_fk FOREIGN KEY(traced_by) REFERENCES officers (id)
);

CREATE INDEX assets_case_id_idx ON assets (case_id);

CREATE INDEX assets_proceeding_id_idx ON assets (proceeding_id);

CREATE TABLE payout_plans (
  id BIGSERIAL NOT NULL,
  proceeding_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  pot BIGINT NOT NULL,
  total BIGINT NOT NULL,
  remainder BIGINT NOT NULL,
  fund TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  rule_digest TEXT NOT NULL,
  digest TEXT NOT NULL,
  drafted_by BIGINT NOT NULL,
  drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT payout_plans_pk PRIMARY KEY (id),
  CONSTRAINT payout_plans_state_check CHECK (state IN ('drafted', 'approved', 'withdrawn')),
  CONSTRAINT payout_plans_adds_up_check CHECK (pot = total + remainder AND total >= 0 AND remainder >= 0),
  CONSTRAINT payout_plans_proceeding_id_fk FOREIGN KEY(proceeding_id) REFERENCES proceedings (id),
  CONSTRAINT payout_plans_fund_fk FOREIGN KEY(fund) REFERENCES agencies (code),
  CONSTRAINT payout_plans_drafted_by_fk FOREIGN KEY(drafted_by) REFERENCES officers (id)
);

CREATE UNIQUE INDEX payout_plans_one_idx ON payout_plans (proceeding_id) WHERE state = 'drafted';

CREATE INDEX payout_plans_proceeding_idx ON payout_plans (proceeding_id);

CREATE TABLE proceeding_cases (
  proceeding_id BIGINT NOT NULL,
  case_id BIGINT NOT NULL,
  CONSTRAINT proceeding_cases_pk PRIMARY KEY (proceeding_id, case_id),
  CONSTRAINT proceeding_cases_proceeding_id_fk FOREIGN KEY(proceeding_id) REFERENCES proceedings (id),
  CONSTRAINT proceeding_cases_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX proceeding_cases_case_id_idx ON proceeding_cases (case_id);

CREATE TABLE requests (
  id BIGSERIAL NOT NULL,
  number TEXT NOT NULL,
  case_id BIGINT,
  partner TEXT NOT NULL,
  kind TEXT NOT NULL,
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  amount BIGINT NOT NULL,
  keep_until TIMESTAMP WITH TIME ZONE NOT NULL,
  rule_id TEXT NOT NULL,
  rule_digest TEXT NOT NULL,
  state TEXT NOT NULL,
  drafted_by BIGINT NOT NULL,
  drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  wanted_by TIMESTAMP WITH TIME ZONE,
  due_at TIMESTAMP WITH TIME ZONE,
  sent_at TIMESTAMP WITH TIME ZONE,
  acknowledged_at TIMESTAMP WITH TIME ZONE,
  answered_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT requests_pk PRIMARY KEY (id),
  CONSTRAINT requests_kind_check CHECK (kind IN ('information', 'preservation', 'stop-payment', 'records', 'identification', 'other')),
  CONSTRAINT requests_state_check CHECK (state IN ('drafted', 'approved', 'sent', 'acknowledged', 'answered', 'partly', 'refused', 'withdrawn', 'lifted')),
  CONSTRAINT requests_amount_check CHECK (amount >= 0 AND (kind = 'stop-payment') = (amount > 0)),
  CONSTRAINT requests_says_check CHECK (purpose <> '' AND subject <> ''),
  CONSTRAINT requests_sent_check CHECK (state IN ('drafted', 'approved', 'withdrawn') OR sent_at IS NOT NULL),
  CONSTRAINT requests_answered_check CHECK (CASE WHEN state IN ('answered', 'partly', 'refused') THEN answered_at IS NOT NULL ELSE state = 'lifted' OR answered_at IS NULL END),
  CONSTRAINT requests_number_key UNIQUE (number),
  CONSTRAINT requests_case_id_fk FOREIGN KEY(case_id) REFERENCES cases (id),
  CONSTRAINT requests_partner_fk FOREIGN KEY(partner) REFERENCES agencies (code),
  CONSTRAINT requests_drafted_by_fk FOREIGN KEY(drafted_by) REFERENCES officers (id)
);

CREATE INDEX requests_case_id_idx ON requests (case_id);

CREATE INDEX requests_due_idx ON requests (due_at) WHERE state IN ('sent', 'acknowledged');

CREATE INDEX requests_partner_idx ON requests (partner);

CREATE TABLE asset_events (
  id BIGSERIAL NOT NULL,
  asset_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  officer_id BIGINT,
  text TEXT NOT NULL,
  place TEXT NOT NULL,
  seal TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  rule_digest TEXT NOT NULL,
  order_no TEXT NOT NULL,
  authority TEXT,
  ordered_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT asset_events_pk PRIMARY KEY (id),
  CONSTRAINT asset_events_kind_check CHECK (kind IN ('traced', 'frozen', 'seized', 'moved', 'kept', 'forfeited', 'realised', 'lapse-warning', 'lapsed', 'returned', 'pooled', 'claim-filed', 'claim-decided')),
  CONSTRAINT asset_events_order_check CHECK (kind NOT IN ('frozen', 'seized', 'kept', 'forfeited') OR (order_no <> '' AND authority IS NOT NULL AND ordered_at IS NOT NULL)),
  CONSTRAINT asset_events_asset_id_fk FOREIGN KEY(asset_id) REFERENCES assets (id),
  CONSTRAINT asset_events_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id),
  CONSTRAINT asset_events_authority_fk FOREIGN KEY(authority) REFERENCES agencies (code)
);

CREATE INDEX asset_events_asset_id_idx ON asset_events (asset_id);

CREATE TABLE asset_valuations (
  id BIGSERIAL NOT NULL,
  asset_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  amount BIGINT NOT NULL,
  valuer TEXT NOT NULL,
  method TEXT NOT NULL,
  document TEXT NOT NULL,
  officer_id BIGINT NOT NULL,
  CONSTRAINT asset_valuations_pk PRIMARY KEY (id),
  CONSTRAINT asset_valuations_amount_check CHECK (amount >= 0),
  CONSTRAINT asset_valuations_says_check CHECK (valuer <> '' AND method <> ''),
  CONSTRAINT asset_valuations_document_check CHECK (document = '' OR document ~ '^[0-9a-f]{64}$'),
  CONSTRAINT asset_valuations_asset_id_fk FOREIGN KEY(asset_id) REFERENCES assets (id),
  CONSTRAINT asset_valuations_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE INDEX asset_valuations_asset_id_idx ON asset_valuations (asset_id);

CREATE TABLE loss_registrations (
  id BIGSERIAL NOT NULL,
  receipt TEXT NOT NULL,
  proceeding_id BIGINT NOT NULL,
  case_id BIGINT NOT NULL,
  source TEXT NOT NULL,
  record_id TEXT NOT NULL,
  claimed BIGINT NOT NULL,
  accepted BIGINT,
  pay_bank TEXT NOT NULL,
  pay_account TEXT NOT NULL,
  state TEXT NOT NULL,
  filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  filed_by BIGINT NOT NULL,
  decided_by BIGINT,
  decided_at TIMESTAMP WITH TIME ZONE,
  reason TEXT NOT NULL,
  CONSTRAINT loss_registrations_pk PRIMARY KEY (id),
  CONSTRAINT loss_registrations_proceeding_id_source_record_id_key UNIQUE (proceeding_id, source, record_id),
  CONSTRAINT loss_registrations_source_fk FOREIGN KEY(source, record_id) REFERENCES case_reports (source, record_id),
  CONSTRAINT loss_registrations_case_of_proceeding_fk FOREIGN KEY(proceeding_id, case_id) REFERENCES proceeding_cases (proceeding_id, case_id),
  CONSTRAINT loss_registrations_state_check CHECK (state IN ('filed', 'accepted', 'refused')),
  CONSTRAINT loss_registrations_claimed_check CHECK (claimed > 0),
  CONSTRAINT loss_registrations_accepted_check CHECK (accepted >= 0 AND accepted <= claimed),
  CONSTRAINT loss_registrations_decided_check CHECK ((state = 'accepted') = (accepted IS NOT NULL)),
  CONSTRAINT loss_registrations_two_officers_check CHECK (decided_by IS NULL OR decided_by <> filed_by),
  CONSTRAINT loss_registrations_receipt_key UNIQUE (receipt),
  CONSTRAINT loss_registrations_proceeding_id_fk FOREIGN KEY(proceeding_id) REFERENCES proceedings (id),
  CONSTRAINT loss_registrations_filed_by_fk FOREIGN KEY(filed_by) REFERENCES officers (id),
  CONSTRAINT loss_registrations_decided_by_fk FOREIGN KEY(decided_by) REFERENCES officers (id)
);

CREATE INDEX loss_registrations_case_idx ON loss_registrations (case_id);

CREATE TABLE owner_claims (
  id BIGSERIAL NOT NULL,
  asset_id BIGINT NOT NULL,
  who TEXT NOT NULL,
  grounds TEXT NOT NULL,
  filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  filed_by BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  order_no TEXT NOT NULL,
  authority TEXT,
  ordered_at TIMESTAMP WITH TIME ZONE,
  decided_by BIGINT,
  decided_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT owner_claims_pk PRIMARY KEY (id),
  CONSTRAINT owner_claims_state_check CHECK (state IN ('open', 'upheld', 'rejected')),
  CONSTRAINT owner_claims_says_check CHECK (who <> '' AND grounds <> ''),
  CONSTRAINT owner_claims_decided_check CHECK ((state = 'open') = (decided_by IS NULL)),
  CONSTRAINT owner_claims_reasoned_check CHECK (state = 'open' OR (reason <> '' AND order_no <> '')),
  CONSTRAINT owner_claims_asset_id_fk FOREIGN KEY(asset_id) REFERENCES assets (id),
  CONSTRAINT owner_claims_filed_by_fk FOREIGN KEY(filed_by) REFERENCES officers (id),
  CONSTRAINT owner_claims_authority_fk FOREIGN KEY(authority) REFERENCES agencies (code),
  CONSTRAINT owner_claims_decided_by_fk FOREIGN KEY(decided_by) REFERENCES officers (id)
);

CREATE INDEX owner_claims_asset_id_idx ON owner_claims (asset_id);

CREATE INDEX owner_claims_open_idx ON owner_claims (asset_id) WHERE state = 'open';

CREATE TABLE payout_approvals (
  plan_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  digest TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT payout_approvals_pk PRIMARY KEY (plan_id, officer_id),
  CONSTRAINT payout_approvals_plan_id_fk FOREIGN KEY(plan_id) REFERENCES payout_plans (id),
  CONSTRAINT payout_approvals_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE INDEX payout_approvals_officer_id_idx ON payout_approvals (officer_id);

CREATE TABLE request_approvals (
  request_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT request_approvals_pk PRIMARY KEY (request_id, officer_id),
  CONSTRAINT request_approvals_request_id_fk FOREIGN KEY(request_id) REFERENCES requests (id),
  CONSTRAINT request_approvals_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE INDEX request_approvals_officer_id_idx ON request_approvals (officer_id);

CREATE TABLE request_documents (
  request_id BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  officer_id BIGINT NOT NULL,
  CONSTRAINT request_documents_pk PRIMARY KEY (request_id, sha256),
  CONSTRAINT request_documents_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT request_documents_request_id_fk FOREIGN KEY(request_id) REFERENCES requests (id),
  CONSTRAINT request_documents_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE INDEX request_documents_sha256_idx ON request_documents (sha256);

CREATE TABLE request_items (
  request_id BIGINT NOT NULL,
  place BIGINT NOT NULL,
  text TEXT NOT NULL,
  CONSTRAINT request_items_pk PRIMARY KEY (request_id, place),
  CONSTRAINT request_items_says_check CHECK (text <> '' AND place > 0),
  CONSTRAINT request_items_request_id_fk FOREIGN KEY(request_id) REFERENCES requests (id)
);

CREATE TABLE asset_postings (
  id BIGSERIAL NOT NULL,
  entry_id BIGINT NOT NULL,
  account TEXT NOT NULL,
  amount BIGINT NOT NULL,
  asset_id BIGINT,
  plan_id BIGINT,
  registration_id BIGINT,
  CONSTRAINT asset_postings_pk PRIMARY KEY (id),
  CONSTRAINT asset_postings_account_check CHECK (account IN ('source', 'custody', 'revaluation', 'costs', 'returned', 'pot', 'paid', 'remainder')),
  CONSTRAINT asset_postings_amount_check CHECK (amount <> 0),
  CONSTRAINT asset_postings_whose_check CHECK (CASE WHEN account IN ('pot', 'remainder') THEN asset_id IS NULL AND plan_id IS NOT NULL AND registration_id IS NULL WHEN account = 'paid' THEN asset_id IS NULL AND plan_id IS NOT NULL AND registration_id IS NOT NULL ELSE asset_id IS NOT NULL AND plan_id IS NULL AND registration_id IS NULL END),
  CONSTRAINT asset_postings_entry_id_fk FOREIGN KEY(entry_id) REFERENCES asset_entries (id),
  CONSTRAINT asset_postings_asset_id_fk FOREIGN KEY(asset_id) REFERENCES assets (id),
  CONSTRAINT asset_postings_plan_id_fk FOREIGN KEY(plan_id) REFERENCES payout_plans (id),
  CONSTRAINT asset_postings_registration_id_fk FOREIGN KEY(registration_id) REFERENCES loss_registrations (id)
);

CREATE INDEX asset_postings_asset_idx ON asset_postings (asset_id, account);

CREATE INDEX asset_postings_entry_id_idx ON asset_postings (entry_id);

CREATE INDEX asset_postings_plan_idx ON asset_postings (plan_id, account);

CREATE INDEX asset_postings_registration_idx ON asset_postings (registration_id);

CREATE TABLE payout_lines (
  plan_id BIGINT NOT NULL,
  registration_id BIGINT NOT NULL,
  outstanding BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  CONSTRAINT payout_lines_pk PRIMARY KEY (plan_id, registration_id),
  CONSTRAINT payout_lines_amount_check CHECK (amount >= 0 AND amount <= outstanding),
  CONSTRAINT payout_lines_plan_id_fk FOREIGN KEY(plan_id) REFERENCES payout_plans (id),
  CONSTRAINT payout_lines_registration_id_fk FOREIGN KEY(registration_id) REFERENCES loss_registrations (id)
);

CREATE INDEX payout_lines_registration_id_idx ON payout_lines (registration_id);

CREATE TABLE payout_payments (
  plan_id BIGINT NOT NULL,
  registration_id BIGINT NOT NULL,
  entry_id BIGINT NOT NULL,
  reference TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  officer_id BIGINT NOT NULL,
  CONSTRAINT payout_payments_pk PRIMARY KEY (plan_id, registration_id),
  CONSTRAINT payout_payments_plan_id_fk FOREIGN KEY(plan_id, registration_id) REFERENCES payout_lines (plan_id, registration_id),
  CONSTRAINT payout_payments_reference_check CHECK (reference <> ''),
  CONSTRAINT payout_payments_entry_id_key UNIQUE (entry_id),
  CONSTRAINT payout_payments_entry_id_fk FOREIGN KEY(entry_id) REFERENCES asset_entries (id),
  CONSTRAINT payout_payments_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id)
);

CREATE TABLE request_events (
  id BIGSERIAL NOT NULL,
  request_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  officer_id BIGINT,
  order_id TEXT,
  text TEXT NOT NULL,
  CONSTRAINT request_events_pk PRIMARY KEY (id),
  CONSTRAINT request_events_kind_check CHECK (kind IN ('drafted', 'approved', 'sent', 'undelivered', 'acknowledged', 'answered', 'partly', 'refused', 'noted', 'late', 'reminded', 'withdrawn', 'document', 'lift-asked', 'lifted')),
  CONSTRAINT request_events_request_id_fk FOREIGN KEY(request_id) REFERENCES requests (id),
  CONSTRAINT request_events_officer_id_fk FOREIGN KEY(officer_id) REFERENCES officers (id),
  CONSTRAINT request_events_order_id_fk FOREIGN KEY(order_id) REFERENCES orders (order_id)
);

CREATE INDEX request_events_request_id_idx ON request_events (request_id);

