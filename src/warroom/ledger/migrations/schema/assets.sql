-- Assets from tracing to pay-out: books that add up, pay-outs that never exceed a loss.
-- Errors of class WR carry a sentence for a person.

CREATE TABLE proceedings (
  id bigserial NOT NULL,
  number text NOT NULL,
  title text NOT NULL,
  court text NOT NULL,
  fund text NOT NULL,
  made_by bigint NOT NULL,
  made_at timestamptz NOT NULL,
  notice_at timestamptz,
  register_until timestamptz,
  CONSTRAINT proceedings_pk PRIMARY KEY (id),
  CONSTRAINT proceedings_number_key UNIQUE (number),
  CONSTRAINT proceedings_notice_check CHECK ((notice_at IS NULL) = (register_until IS NULL)),
  CONSTRAINT proceedings_says_check CHECK (title <> ''),
  CONSTRAINT proceedings_court_fk FOREIGN KEY (court) REFERENCES agencies (code),
  CONSTRAINT proceedings_fund_fk FOREIGN KEY (fund) REFERENCES agencies (code),
  CONSTRAINT proceedings_made_by_fk FOREIGN KEY (made_by) REFERENCES officers (id)
);

CREATE TABLE proceeding_cases (
  proceeding_id bigint NOT NULL,
  case_id bigint NOT NULL,
  CONSTRAINT proceeding_cases_pk PRIMARY KEY (proceeding_id, case_id),
  CONSTRAINT proceeding_cases_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT proceeding_cases_proceeding_id_fk FOREIGN KEY (proceeding_id) REFERENCES proceedings (id)
);
CREATE INDEX proceeding_cases_case_id_idx ON proceeding_cases (case_id);

CREATE TABLE assets (
  id bigserial NOT NULL,
  number text NOT NULL,
  case_id bigint NOT NULL,
  proceeding_id bigint,
  kind text NOT NULL,
  title text NOT NULL,
  particulars jsonb NOT NULL,
  found_with text NOT NULL,
  state text NOT NULL,
  place text NOT NULL,
  seal text NOT NULL,
  traced_by bigint NOT NULL,
  traced_at timestamptz NOT NULL,
  CONSTRAINT assets_pk PRIMARY KEY (id),
  CONSTRAINT assets_number_key UNIQUE (number),
  CONSTRAINT assets_kind_check CHECK (kind IN ('cash', 'bank-balance', 'crypto', 'gold', 'car', 'land', 'other')),
  CONSTRAINT assets_says_check CHECK (title <> ''),
  CONSTRAINT assets_state_check
    CHECK (state IN ('traced', 'frozen', 'seized', 'in-custody', 'forfeited', 'realised', 'lapsed', 'returned', 'pooled')),
  CONSTRAINT assets_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT assets_proceeding_id_fk FOREIGN KEY (proceeding_id) REFERENCES proceedings (id),
  CONSTRAINT assets_traced_by_fk FOREIGN KEY (traced_by) REFERENCES officers (id)
);
CREATE INDEX assets_case_id_idx ON assets (case_id);
CREATE INDEX assets_proceeding_id_idx ON assets (proceeding_id);

CREATE TABLE asset_events (
  id bigserial NOT NULL,
  asset_id bigint NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  officer_id bigint,
  text text NOT NULL,
  place text NOT NULL,
  seal text NOT NULL,
  rule_id text NOT NULL,
  rule_digest text NOT NULL,
  order_no text NOT NULL,
  authority text,
  ordered_at timestamptz,
  CONSTRAINT asset_events_pk PRIMARY KEY (id),
  CONSTRAINT asset_events_kind_check
    CHECK (kind IN ('traced', 'frozen', 'seized', 'moved', 'kept', 'forfeited', 'realised', 'lapse-warning', 'lapsed', 'returned', 'pooled', 'claim-filed', 'claim-decided')),
  CONSTRAINT asset_events_order_check
    CHECK (kind NOT IN ('frozen', 'seized', 'kept', 'forfeited') OR (order_no <> '' AND authority IS NOT NULL AND ordered_at IS NOT NULL)),
  CONSTRAINT asset_events_asset_id_fk FOREIGN KEY (asset_id) REFERENCES assets (id),
  CONSTRAINT asset_events_authority_fk FOREIGN KEY (authority) REFERENCES agencies (code),
  CONSTRAINT asset_events_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX asset_events_asset_id_idx ON asset_events (asset_id);

CREATE TABLE asset_valuations (
  id bigserial NOT NULL,
  asset_id bigint NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  amount bigint NOT NULL,
  valuer text NOT NULL,
  method text NOT NULL,
  document text NOT NULL,
  officer_id bigint NOT NULL,
  CONSTRAINT asset_valuations_pk PRIMARY KEY (id),
  CONSTRAINT asset_valuations_amount_check CHECK (amount >= 0),
  CONSTRAINT asset_valuations_document_check CHECK (document = '' OR document ~ '^[0-9a-f]{64}$'),
  CONSTRAINT asset_valuations_says_check CHECK (valuer <> '' AND method <> ''),
  CONSTRAINT asset_valuations_asset_id_fk FOREIGN KEY (asset_id) REFERENCES assets (id),
  CONSTRAINT asset_valuations_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX asset_valuations_asset_id_idx ON asset_valuations (asset_id);

CREATE TABLE owner_claims (
  id bigserial NOT NULL,
  asset_id bigint NOT NULL,
  who text NOT NULL,
  grounds text NOT NULL,
  filed_at timestamptz NOT NULL,
  filed_by bigint NOT NULL,
  state text NOT NULL,
  reason text NOT NULL,
  order_no text NOT NULL,
  authority text,
  ordered_at timestamptz,
  decided_by bigint,
  decided_at timestamptz,
  CONSTRAINT owner_claims_pk PRIMARY KEY (id),
  CONSTRAINT owner_claims_decided_check CHECK ((state = 'open') = (decided_by IS NULL)),
  CONSTRAINT owner_claims_reasoned_check CHECK (state = 'open' OR (reason <> '' AND order_no <> '')),
  CONSTRAINT owner_claims_says_check CHECK (who <> '' AND grounds <> ''),
  CONSTRAINT owner_claims_state_check CHECK (state IN ('open', 'upheld', 'rejected')),
  CONSTRAINT owner_claims_asset_id_fk FOREIGN KEY (asset_id) REFERENCES assets (id),
  CONSTRAINT owner_claims_authority_fk FOREIGN KEY (authority) REFERENCES agencies (code),
  CONSTRAINT owner_claims_decided_by_fk FOREIGN KEY (decided_by) REFERENCES officers (id),
  CONSTRAINT owner_claims_filed_by_fk FOREIGN KEY (filed_by) REFERENCES officers (id)
);
CREATE INDEX owner_claims_asset_id_idx ON owner_claims (asset_id);
CREATE INDEX owner_claims_open_idx ON owner_claims (asset_id) WHERE state = 'open';

CREATE TABLE asset_entries (
  id bigserial NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  officer_id bigint,
  text text NOT NULL,
  document text NOT NULL,
  CONSTRAINT asset_entries_pk PRIMARY KEY (id),
  CONSTRAINT asset_entries_document_check CHECK (document = '' OR document ~ '^[0-9a-f]{64}$'),
  CONSTRAINT asset_entries_kind_check
    CHECK (kind IN ('seized', 'revalued', 'cost', 'returned', 'pooled', 'paid', 'remainder')),
  CONSTRAINT asset_entries_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);

CREATE TABLE loss_registrations (
  id bigserial NOT NULL,
  receipt text NOT NULL,
  proceeding_id bigint NOT NULL,
  case_id bigint NOT NULL,
  source text NOT NULL,
  record_id text NOT NULL,
  claimed bigint NOT NULL,
  accepted bigint,
  pay_bank text NOT NULL,
  pay_account text NOT NULL,
  state text NOT NULL,
  filed_at timestamptz NOT NULL,
  filed_by bigint NOT NULL,
  decided_by bigint,
  decided_at timestamptz,
  reason text NOT NULL,
  CONSTRAINT loss_registrations_pk PRIMARY KEY (id),
  CONSTRAINT loss_registrations_proceeding_id_source_record_id_key UNIQUE (proceeding_id, source, record_id),
  CONSTRAINT loss_registrations_receipt_key UNIQUE (receipt),
  CONSTRAINT loss_registrations_accepted_check CHECK (accepted >= 0 AND accepted <= claimed),
  CONSTRAINT loss_registrations_claimed_check CHECK (claimed > 0),
  CONSTRAINT loss_registrations_decided_check CHECK ((state = 'accepted') = (accepted IS NOT NULL)),
  CONSTRAINT loss_registrations_state_check CHECK (state IN ('filed', 'accepted', 'refused')),
  CONSTRAINT loss_registrations_two_officers_check CHECK (decided_by IS NULL OR decided_by <> filed_by),
  CONSTRAINT loss_registrations_case_of_proceeding_fk
    FOREIGN KEY (proceeding_id, case_id) REFERENCES proceeding_cases (proceeding_id, case_id),
  CONSTRAINT loss_registrations_decided_by_fk FOREIGN KEY (decided_by) REFERENCES officers (id),
  CONSTRAINT loss_registrations_filed_by_fk FOREIGN KEY (filed_by) REFERENCES officers (id),
  CONSTRAINT loss_registrations_proceeding_id_fk FOREIGN KEY (proceeding_id) REFERENCES proceedings (id),
  CONSTRAINT loss_registrations_source_fk FOREIGN KEY (source, record_id) REFERENCES case_reports (source, record_id)
);
CREATE INDEX loss_registrations_case_idx ON loss_registrations (case_id);

-- What a victim got back outside a proceeding: a hold that a bank gave back, a settlement. It is taken off what is owed.
CREATE TABLE loss_recoveries (
  id bigserial NOT NULL,
  source text NOT NULL,
  record_id text NOT NULL,
  amount bigint NOT NULL,
  payer text NOT NULL,
  reference text NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  officer_id bigint NOT NULL,
  CONSTRAINT loss_recoveries_pk PRIMARY KEY (id),
  CONSTRAINT loss_recoveries_source_record_id_reference_key UNIQUE (source, record_id, reference),
  CONSTRAINT loss_recoveries_amount_check CHECK (amount > 0),
  CONSTRAINT loss_recoveries_said_check CHECK (payer <> '' AND reference <> ''),
  CONSTRAINT loss_recoveries_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT loss_recoveries_source_fk
    FOREIGN KEY (source, record_id) REFERENCES case_reports (source, record_id)
);

CREATE TABLE payout_plans (
  id bigserial NOT NULL,
  proceeding_id bigint NOT NULL,
  state text NOT NULL,
  pot bigint NOT NULL,
  total bigint NOT NULL,
  remainder bigint NOT NULL,
  fund text NOT NULL,
  rule_id text NOT NULL,
  rule_digest text NOT NULL,
  digest text NOT NULL,
  drafted_by bigint NOT NULL,
  drafted_at timestamptz NOT NULL,
  CONSTRAINT payout_plans_pk PRIMARY KEY (id),
  CONSTRAINT payout_plans_adds_up_check CHECK (pot = total + remainder AND total >= 0 AND remainder >= 0),
  CONSTRAINT payout_plans_state_check CHECK (state IN ('drafted', 'approved', 'withdrawn')),
  CONSTRAINT payout_plans_drafted_by_fk FOREIGN KEY (drafted_by) REFERENCES officers (id),
  CONSTRAINT payout_plans_fund_fk FOREIGN KEY (fund) REFERENCES agencies (code),
  CONSTRAINT payout_plans_proceeding_id_fk FOREIGN KEY (proceeding_id) REFERENCES proceedings (id)
);
CREATE UNIQUE INDEX payout_plans_one_idx ON payout_plans (proceeding_id) WHERE state = 'drafted';
CREATE INDEX payout_plans_proceeding_idx ON payout_plans (proceeding_id);

CREATE TABLE asset_postings (
  id bigserial NOT NULL,
  entry_id bigint NOT NULL,
  account text NOT NULL,
  amount bigint NOT NULL,
  asset_id bigint,
  plan_id bigint,
  registration_id bigint,
  CONSTRAINT asset_postings_pk PRIMARY KEY (id),
  CONSTRAINT asset_postings_account_check
    CHECK (account IN ('source', 'custody', 'revaluation', 'costs', 'returned', 'pot', 'paid', 'remainder')),
  CONSTRAINT asset_postings_amount_check CHECK (amount <> 0),
  CONSTRAINT asset_postings_whose_check
    CHECK (CASE
      WHEN account IN ('pot', 'remainder') THEN asset_id IS NULL AND plan_id IS NOT NULL AND registration_id IS NULL
      WHEN account = 'paid' THEN asset_id IS NULL AND plan_id IS NOT NULL AND registration_id IS NOT NULL
      ELSE asset_id IS NOT NULL AND plan_id IS NULL AND registration_id IS NULL END),
  CONSTRAINT asset_postings_asset_id_fk FOREIGN KEY (asset_id) REFERENCES assets (id),
  CONSTRAINT asset_postings_entry_id_fk FOREIGN KEY (entry_id) REFERENCES asset_entries (id),
  CONSTRAINT asset_postings_plan_id_fk FOREIGN KEY (plan_id) REFERENCES payout_plans (id),
  CONSTRAINT asset_postings_registration_id_fk FOREIGN KEY (registration_id) REFERENCES loss_registrations (id)
);
CREATE INDEX asset_postings_asset_idx ON asset_postings (asset_id, account);
CREATE INDEX asset_postings_entry_id_idx ON asset_postings (entry_id);
CREATE INDEX asset_postings_plan_idx ON asset_postings (plan_id, account);
CREATE INDEX asset_postings_registration_idx ON asset_postings (registration_id);

CREATE TABLE payout_lines (
  plan_id bigint NOT NULL,
  registration_id bigint NOT NULL,
  outstanding bigint NOT NULL,
  amount bigint NOT NULL,
  CONSTRAINT payout_lines_pk PRIMARY KEY (plan_id, registration_id),
  CONSTRAINT payout_lines_amount_check CHECK (amount >= 0 AND amount <= outstanding),
  CONSTRAINT payout_lines_plan_id_fk FOREIGN KEY (plan_id) REFERENCES payout_plans (id),
  CONSTRAINT payout_lines_registration_id_fk FOREIGN KEY (registration_id) REFERENCES loss_registrations (id)
);
CREATE INDEX payout_lines_registration_id_idx ON payout_lines (registration_id);

CREATE TABLE payout_approvals (
  plan_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  digest text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT payout_approvals_pk PRIMARY KEY (plan_id, officer_id),
  CONSTRAINT payout_approvals_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT payout_approvals_plan_id_fk FOREIGN KEY (plan_id) REFERENCES payout_plans (id)
);
CREATE INDEX payout_approvals_officer_id_idx ON payout_approvals (officer_id);

CREATE TABLE payout_payments (
  plan_id bigint NOT NULL,
  registration_id bigint NOT NULL,
  entry_id bigint NOT NULL,
  reference text NOT NULL,
  at timestamptz NOT NULL,
  officer_id bigint NOT NULL,
  CONSTRAINT payout_payments_pk PRIMARY KEY (plan_id, registration_id),
  CONSTRAINT payout_payments_entry_id_key UNIQUE (entry_id),
  CONSTRAINT payout_payments_reference_check CHECK (reference <> ''),
  CONSTRAINT payout_payments_entry_id_fk FOREIGN KEY (entry_id) REFERENCES asset_entries (id),
  CONSTRAINT payout_payments_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT payout_payments_plan_id_fk
    FOREIGN KEY (plan_id, registration_id) REFERENCES payout_lines (plan_id, registration_id)
);

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
