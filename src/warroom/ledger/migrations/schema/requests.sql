-- Requests to partners.
-- Errors of class WR carry a sentence for a person.

CREATE TABLE requests (
  id bigserial NOT NULL,
  number text NOT NULL,
  case_id bigint,
  partner text NOT NULL,
  kind text NOT NULL,
  purpose text NOT NULL,
  subject text NOT NULL,
  amount bigint NOT NULL,
  keep_until timestamptz NOT NULL,
  rule_id text NOT NULL,
  rule_digest text NOT NULL,
  state text NOT NULL,
  drafted_by bigint NOT NULL,
  drafted_at timestamptz NOT NULL,
  wanted_by timestamptz,
  due_at timestamptz,
  sent_at timestamptz,
  acknowledged_at timestamptz,
  answered_at timestamptz,
  CONSTRAINT requests_pk PRIMARY KEY (id),
  CONSTRAINT requests_number_key UNIQUE (number),
  CONSTRAINT requests_amount_check CHECK (amount >= 0 AND (kind = 'stop-payment') = (amount > 0)),
  CONSTRAINT requests_answered_check
    CHECK (CASE
      WHEN state IN ('answered', 'partly', 'refused') THEN answered_at IS NOT NULL
      ELSE state = 'lifted' OR answered_at IS NULL END),
  CONSTRAINT requests_kind_check
    CHECK (kind IN ('information', 'preservation', 'stop-payment', 'records', 'identification', 'other')),
  CONSTRAINT requests_says_check CHECK (purpose <> '' AND subject <> ''),
  CONSTRAINT requests_sent_check CHECK (state IN ('drafted', 'approved', 'withdrawn') OR sent_at IS NOT NULL),
  CONSTRAINT requests_state_check
    CHECK (state IN ('drafted', 'approved', 'sent', 'acknowledged', 'answered', 'partly', 'refused', 'withdrawn', 'lifted')),
  CONSTRAINT requests_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT requests_drafted_by_fk FOREIGN KEY (drafted_by) REFERENCES officers (id),
  CONSTRAINT requests_partner_fk FOREIGN KEY (partner) REFERENCES agencies (code)
);
CREATE INDEX requests_case_id_idx ON requests (case_id);
CREATE INDEX requests_due_idx ON requests (due_at) WHERE state IN ('sent', 'acknowledged');
CREATE INDEX requests_partner_idx ON requests (partner);

CREATE TABLE request_items (
  request_id bigint NOT NULL,
  place bigint NOT NULL,
  text text NOT NULL,
  CONSTRAINT request_items_pk PRIMARY KEY (request_id, place),
  CONSTRAINT request_items_says_check CHECK (text <> '' AND place > 0),
  CONSTRAINT request_items_request_id_fk FOREIGN KEY (request_id) REFERENCES requests (id)
);

CREATE TABLE request_records (
  request_id bigint NOT NULL,
  account text NOT NULL,
  since timestamptz NOT NULL,
  CONSTRAINT request_records_pk PRIMARY KEY (request_id, account),
  CONSTRAINT request_records_says_check CHECK (account <> ''),
  CONSTRAINT request_records_request_id_fk FOREIGN KEY (request_id) REFERENCES requests (id)
);
CREATE INDEX request_records_account_idx ON request_records (account);

CREATE TABLE request_approvals (
  request_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT request_approvals_pk PRIMARY KEY (request_id, officer_id),
  CONSTRAINT request_approvals_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT request_approvals_request_id_fk FOREIGN KEY (request_id) REFERENCES requests (id)
);
CREATE INDEX request_approvals_officer_id_idx ON request_approvals (officer_id);

CREATE TABLE request_events (
  id bigserial NOT NULL,
  request_id bigint NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  officer_id bigint,
  order_id text,
  text text NOT NULL,
  CONSTRAINT request_events_pk PRIMARY KEY (id),
  CONSTRAINT request_events_kind_check
    CHECK (kind IN ('drafted', 'approved', 'sent', 'undelivered', 'acknowledged', 'answered', 'partly', 'refused', 'noted', 'late', 'reminded', 'withdrawn', 'document', 'lift-asked', 'lifted')),
  CONSTRAINT request_events_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT request_events_order_id_fk FOREIGN KEY (order_id) REFERENCES orders (order_id),
  CONSTRAINT request_events_request_id_fk FOREIGN KEY (request_id) REFERENCES requests (id)
);
CREATE INDEX request_events_request_id_idx ON request_events (request_id);

CREATE TABLE request_documents (
  request_id bigint NOT NULL,
  sha256 text NOT NULL,
  name text NOT NULL,
  at timestamptz NOT NULL,
  officer_id bigint NOT NULL,
  CONSTRAINT request_documents_pk PRIMARY KEY (request_id, sha256),
  CONSTRAINT request_documents_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT request_documents_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT request_documents_request_id_fk FOREIGN KEY (request_id) REFERENCES requests (id)
);
CREATE INDEX request_documents_sha256_idx ON request_documents (sha256);

CREATE TRIGGER request_items_only_grow BEFORE UPDATE OR DELETE ON request_items
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER request_records_only_grow BEFORE UPDATE OR DELETE ON request_records
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER request_approvals_only_grow BEFORE UPDATE OR DELETE ON request_approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER request_events_only_grow BEFORE UPDATE OR DELETE ON request_events
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER request_documents_only_grow BEFORE UPDATE OR DELETE ON request_documents
  FOR EACH ROW EXECUTE FUNCTION deny_change();

-- What was asked, of whom and under which rule is not rewritten.
CREATE FUNCTION guard_request_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.number, NEW.case_id, NEW.partner, NEW.kind, NEW.purpose, NEW.subject, NEW.amount, NEW.keep_until,
      NEW.rule_id, NEW.rule_digest, NEW.drafted_by, NEW.drafted_at)
     IS DISTINCT FROM
     (OLD.number, OLD.case_id, OLD.partner, OLD.kind, OLD.purpose, OLD.subject, OLD.amount, OLD.keep_until,
      OLD.rule_id, OLD.rule_digest, OLD.drafted_by, OLD.drafted_at)
  THEN
    RAISE EXCEPTION 'What a request says cannot be changed; withdraw it and make another.' USING ERRCODE = 'WR101';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER requests_facts BEFORE UPDATE ON requests FOR EACH ROW EXECUTE FUNCTION guard_request_facts();
