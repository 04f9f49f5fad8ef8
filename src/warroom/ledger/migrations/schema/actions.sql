-- Actions of every kind but the hold, and joint operations: what must never happen to them, whichever program writes.
-- Errors of class WR carry a sentence for a person.

-- Actions of every kind but the hold, and joint operations.
CREATE TABLE operations (
  id bigserial NOT NULL,
  case_id bigint,
  title text NOT NULL,
  hour timestamptz NOT NULL,
  raid boolean NOT NULL,
  state text NOT NULL,
  proposed_by bigint NOT NULL,
  proposed_at timestamptz NOT NULL,
  report text NOT NULL,
  ended_at timestamptz,
  CONSTRAINT operations_pk PRIMARY KEY (id),
  CONSTRAINT operations_ended_check CHECK ((state IN ('no_go', 'ended')) = (ended_at IS NOT NULL)),
  CONSTRAINT operations_state_check CHECK (state IN ('planned', 'go', 'no_go', 'ended')),
  CONSTRAINT operations_title_check CHECK (title <> ''),
  CONSTRAINT operations_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT operations_proposed_by_fk FOREIGN KEY (proposed_by) REFERENCES officers (id)
);
CREATE INDEX operations_case_id_idx ON operations (case_id);
CREATE INDEX operations_hour_idx ON operations (hour);

CREATE TABLE actions (
  id bigserial NOT NULL,
  reference text NOT NULL,
  kind text NOT NULL,
  pillar text NOT NULL,
  case_id bigint,
  operation_id bigint,
  partner text,
  details jsonb NOT NULL,
  reason text NOT NULL,
  needed bigint NOT NULL,
  apart boolean NOT NULL,
  proposed_by bigint NOT NULL,
  proposed_at timestamptz NOT NULL,
  decide_by timestamptz NOT NULL,
  rule_id text NOT NULL,
  rule_digest text NOT NULL,
  proposed_rule text NOT NULL,
  state text NOT NULL,
  approved_at timestamptz,
  until timestamptz,
  CONSTRAINT actions_pk PRIMARY KEY (id),
  CONSTRAINT actions_reference_key UNIQUE (reference),
  CONSTRAINT actions_decide_by_check CHECK (decide_by > proposed_at),
  CONSTRAINT actions_needed_check CHECK (needed IN (1, 2)),
  CONSTRAINT actions_state_check
    CHECK (state IN ('proposed', 'approved', 'sent', 'in_effect', 'partly', 'refused', 'done', 'lifted', 'lapsed', 'withdrawn', 'declined')),
  CONSTRAINT actions_until_check CHECK (until IS NULL OR until > approved_at),
  CONSTRAINT actions_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT actions_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id),
  CONSTRAINT actions_partner_fk FOREIGN KEY (partner) REFERENCES agencies (code),
  CONSTRAINT actions_proposed_by_fk FOREIGN KEY (proposed_by) REFERENCES officers (id)
);
CREATE INDEX actions_case_id_idx ON actions (case_id);
CREATE INDEX actions_list_idx ON actions (state, id);
CREATE INDEX actions_operation_id_idx ON actions (operation_id);
CREATE INDEX actions_proposed_by_idx ON actions (proposed_by);

CREATE TABLE action_subjects (
  action_id bigint NOT NULL,
  place bigint NOT NULL,
  action text NOT NULL,
  partner text NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  note text NOT NULL,
  active boolean NOT NULL,
  CONSTRAINT action_subjects_pk PRIMARY KEY (action_id, place),
  CONSTRAINT action_subjects_action_id_kind_subject_key UNIQUE (action_id, kind, subject),
  CONSTRAINT action_subjects_subject_check CHECK (kind <> '' AND subject <> ''),
  CONSTRAINT action_subjects_action_id_fk FOREIGN KEY (action_id) REFERENCES actions (id)
);
CREATE UNIQUE INDEX action_subjects_once_idx ON action_subjects (action, partner, kind, subject) WHERE active;

CREATE TABLE action_approvals (
  id bigserial NOT NULL,
  action_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  digest text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT action_approvals_pk PRIMARY KEY (id),
  CONSTRAINT action_approvals_action_id_officer_id_digest_key UNIQUE (action_id, officer_id, digest),
  CONSTRAINT action_approvals_action_id_fk FOREIGN KEY (action_id) REFERENCES actions (id),
  CONSTRAINT action_approvals_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX action_approvals_officer_id_idx ON action_approvals (officer_id);

CREATE TABLE action_documents (
  id bigserial NOT NULL,
  action_id bigint,
  operation_id bigint,
  prerequisite text NOT NULL,
  content jsonb NOT NULL,
  sha256 text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT action_documents_pk PRIMARY KEY (id),
  CONSTRAINT action_documents_table_check CHECK (num_nonnulls(action_id, operation_id) = 1),
  CONSTRAINT action_documents_action_id_fk FOREIGN KEY (action_id) REFERENCES actions (id),
  CONSTRAINT action_documents_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT action_documents_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);
CREATE INDEX action_documents_action_id_idx ON action_documents (action_id);
CREATE INDEX action_documents_operation_id_idx ON action_documents (operation_id);

CREATE TABLE action_transitions (
  id bigserial NOT NULL,
  action_id bigint NOT NULL,
  before text,
  after text NOT NULL,
  at timestamptz NOT NULL,
  officer_id bigint,
  reason text NOT NULL,
  CONSTRAINT action_transitions_pk PRIMARY KEY (id),
  CONSTRAINT action_transitions_action_id_fk FOREIGN KEY (action_id) REFERENCES actions (id),
  CONSTRAINT action_transitions_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX action_transitions_action_id_idx ON action_transitions (action_id, id);

CREATE TABLE operation_places (
  operation_id bigint NOT NULL,
  place bigint NOT NULL,
  name text NOT NULL,
  province text NOT NULL,
  note text NOT NULL,
  CONSTRAINT operation_places_pk PRIMARY KEY (operation_id, place),
  CONSTRAINT operation_places_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);

CREATE TABLE operation_agencies (
  operation_id bigint NOT NULL,
  agency text NOT NULL,
  readiness text NOT NULL,
  reason text NOT NULL,
  officer_id bigint,
  at timestamptz,
  CONSTRAINT operation_agencies_pk PRIMARY KEY (operation_id, agency),
  CONSTRAINT operation_agencies_readiness_check CHECK (readiness IN ('unknown', 'ready', 'not_ready')),
  CONSTRAINT operation_agencies_reason_check CHECK (readiness <> 'not_ready' OR reason <> ''),
  CONSTRAINT operation_agencies_agency_fk FOREIGN KEY (agency) REFERENCES agencies (code),
  CONSTRAINT operation_agencies_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT operation_agencies_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);

CREATE TABLE operation_words (
  id bigserial NOT NULL,
  operation_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  commander boolean NOT NULL,
  word text NOT NULL,
  reason text NOT NULL,
  digest text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT operation_words_pk PRIMARY KEY (id),
  CONSTRAINT operation_words_operation_id_officer_id_digest_key UNIQUE (operation_id, officer_id, digest),
  CONSTRAINT operation_words_word_check CHECK (word IN ('go', 'no_go')),
  CONSTRAINT operation_words_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT operation_words_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);

CREATE TABLE operation_timeline (
  id bigserial NOT NULL,
  operation_id bigint NOT NULL,
  at timestamptz NOT NULL,
  agency text NOT NULL,
  officer_id bigint NOT NULL,
  kind text NOT NULL,
  place bigint,
  text text NOT NULL,
  CONSTRAINT operation_timeline_pk PRIMARY KEY (id),
  CONSTRAINT operation_timeline_kind_check
    CHECK (kind IN ('planned', 'readiness', 'document', 'word', 'said', 'result', 'end')),
  CONSTRAINT operation_timeline_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT operation_timeline_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);
CREATE INDEX operation_timeline_operation_id_idx ON operation_timeline (operation_id, id);

CREATE TABLE operation_results (
  id bigserial NOT NULL,
  operation_id bigint NOT NULL,
  place bigint NOT NULL,
  kind text NOT NULL,
  count bigint NOT NULL,
  amount bigint NOT NULL,
  refs text[] NOT NULL,
  note text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT operation_results_pk PRIMARY KEY (id),
  CONSTRAINT operation_results_figures_check CHECK (count >= 0 AND amount >= 0),
  CONSTRAINT operation_results_kind_check
    CHECK (kind IN ('cash', 'car', 'property', 'gold', 'crypto', 'device', 'sim', 'person', 'arrest')),
  CONSTRAINT operation_results_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT operation_results_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);
CREATE INDEX operation_results_operation_id_idx ON operation_results (operation_id);

CREATE TABLE operation_needs (
  id bigserial NOT NULL,
  operation_id bigint NOT NULL,
  place bigint,
  sort text NOT NULL,
  agency text,
  why text NOT NULL,
  count bigint NOT NULL,
  text text NOT NULL,
  CONSTRAINT operation_needs_pk PRIMARY KEY (id),
  CONSTRAINT operation_needs_count_check CHECK (count >= 0),
  CONSTRAINT operation_needs_why_check
    CHECK (why IN ('search', 'arrest', 'screening', 'shelter', 'languages', 'children', 'clinics', 'cut', 'evidence', 'partner', 'by_hand')),
  CONSTRAINT operation_needs_agency_fk FOREIGN KEY (agency) REFERENCES agencies (code),
  CONSTRAINT operation_needs_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);
CREATE INDEX operation_needs_operation_id_idx ON operation_needs (operation_id);

CREATE TABLE operation_drafts (
  id bigserial NOT NULL,
  officer_id bigint NOT NULL,
  operation_id bigint,
  content jsonb NOT NULL,
  kept_at timestamptz NOT NULL,
  CONSTRAINT operation_drafts_pk PRIMARY KEY (id),
  CONSTRAINT operation_drafts_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT operation_drafts_operation_id_fk FOREIGN KEY (operation_id) REFERENCES operations (id)
);
CREATE INDEX operation_drafts_officer_id_idx ON operation_drafts (officer_id, kept_at);

-- Every step that the state machine knows (`actions.states` has the same table; a test compares both).
CREATE FUNCTION guard_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.reference, NEW.kind, NEW.pillar, NEW.case_id, NEW.operation_id, NEW.partner, NEW.details, NEW.reason,
      NEW.needed, NEW.apart, NEW.proposed_by, NEW.proposed_at, NEW.decide_by, NEW.proposed_rule)
     IS DISTINCT FROM
     (OLD.reference, OLD.kind, OLD.pillar, OLD.case_id, OLD.operation_id, OLD.partner, OLD.details, OLD.reason,
      OLD.needed, OLD.apart, OLD.proposed_by, OLD.proposed_at, OLD.decide_by, OLD.proposed_rule)
  THEN
    RAISE EXCEPTION 'What was proposed cannot be changed; withdraw the action and propose another.'
      USING ERRCODE = 'WR010';
  END IF;
  IF OLD.state <> 'proposed' AND (NEW.rule_id, NEW.rule_digest, NEW.approved_at, NEW.until)
     IS DISTINCT FROM (OLD.rule_id, OLD.rule_digest, OLD.approved_at, OLD.until)
  THEN
    RAISE EXCEPTION 'An action keeps the law and the end that it was decided under.' USING ERRCODE = 'WR011';
  END IF;
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[
    'proposed>approved', 'proposed>declined', 'proposed>withdrawn', 'proposed>lapsed',
    'approved>sent', 'approved>in_effect', 'approved>partly', 'approved>refused', 'approved>done',
    'approved>withdrawn', 'approved>lifted', 'approved>lapsed',
    'sent>in_effect', 'sent>partly', 'sent>refused', 'sent>done', 'sent>lifted', 'sent>withdrawn', 'sent>lapsed',
    'in_effect>partly', 'in_effect>refused', 'in_effect>done', 'in_effect>lifted', 'in_effect>lapsed',
    'partly>in_effect', 'partly>refused', 'partly>done', 'partly>lifted', 'partly>lapsed']))
  THEN
    RAISE EXCEPTION 'This action is % and cannot become %; look at it again.', OLD.state, NEW.state
      USING ERRCODE = 'WR012';
  END IF;
  IF NEW.state = 'approved' AND OLD.state <> 'approved' AND NOT EXISTS (
    SELECT digest FROM action_approvals WHERE action_id = NEW.id
    GROUP BY digest HAVING count(DISTINCT officer_id) >= NEW.needed)
  THEN
    RAISE EXCEPTION 'Too few officers have approved this action; another one must do so first.'
      USING ERRCODE = 'WR024';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER actions_guard BEFORE UPDATE ON actions FOR EACH ROW EXECUTE FUNCTION guard_action();

-- Every action begins as a proposal.
CREATE FUNCTION guard_new_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'proposed' THEN
    RAISE EXCEPTION 'An action begins as a proposal; propose it and have it approved.' USING ERRCODE = 'WR025';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER actions_begin BEFORE INSERT ON actions FOR EACH ROW EXECUTE FUNCTION guard_new_action();

-- What an action is about, and what lies with it, is complete when it is decided: by statement, because one action may
-- have a thousand subjects.
CREATE FUNCTION guard_additions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added JOIN actions ON actions.id = added.action_id WHERE actions.state <> 'proposed')
  THEN
    RAISE EXCEPTION 'What was proposed cannot be changed; withdraw the action and propose another.'
      USING ERRCODE = 'WR010';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER action_subjects_additions AFTER INSERT ON action_subjects
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard_additions();
CREATE TRIGGER action_documents_additions AFTER INSERT ON action_documents
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard_additions();

-- While an action is under way nobody begins the same one a second time.
CREATE FUNCTION mark_subjects() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  going constant text[] := ARRAY['approved', 'sent', 'in_effect', 'partly'];
BEGIN
  IF (NEW.state = ANY (going)) <> (OLD.state = ANY (going)) THEN
    UPDATE action_subjects SET active = (NEW.state = ANY (going)) WHERE action_id = NEW.id;
  END IF;
  RETURN NULL;
EXCEPTION WHEN unique_violation THEN
  RAISE EXCEPTION 'Another action of this kind is under way on one of these subjects; look at that one first.'
    USING ERRCODE = 'WR013';
END $$;
CREATE TRIGGER actions_subjects AFTER UPDATE OF state ON actions
  FOR EACH ROW EXECUTE FUNCTION mark_subjects();

CREATE FUNCTION guard_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.action_id, NEW.place, NEW.action, NEW.partner, NEW.kind, NEW.subject, NEW.note)
     IS DISTINCT FROM (OLD.action_id, OLD.place, OLD.action, OLD.partner, OLD.kind, OLD.subject, OLD.note)
  THEN
    RAISE EXCEPTION 'What was proposed cannot be changed; withdraw the action and propose another.'
      USING ERRCODE = 'WR010';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER action_subjects_guard BEFORE UPDATE ON action_subjects
  FOR EACH ROW EXECUTE FUNCTION guard_subject();

-- No state without the row that says how it came about.
CREATE FUNCTION guard_action_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  now_state text;
  told text;
BEGIN
  SELECT state INTO now_state FROM actions WHERE id = NEW.id;
  SELECT after INTO told FROM action_transitions WHERE action_id = NEW.id ORDER BY id DESC LIMIT 1;
  IF told IS DISTINCT FROM now_state THEN
    RAISE EXCEPTION 'The state of an action is missing from its history; nothing was changed.'
      USING ERRCODE = 'WR014';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER actions_history AFTER INSERT OR UPDATE OF state ON actions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_action_history();

-- An approval by the proposer where kept apart, of what is decided already, or after its time, is none.
CREATE FUNCTION guard_action_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  asked actions%ROWTYPE;
BEGIN
  SELECT * INTO asked FROM actions WHERE id = NEW.action_id FOR UPDATE;
  IF asked.apart AND asked.proposed_by = NEW.officer_id THEN
    RAISE EXCEPTION 'You proposed this action; other officers must approve it.' USING ERRCODE = 'WR015';
  END IF;
  IF asked.state <> 'proposed' THEN
    RAISE EXCEPTION 'This action is % already; look at it again.', asked.state USING ERRCODE = 'WR016';
  END IF;
  IF NEW.at >= asked.decide_by THEN
    RAISE EXCEPTION 'The time to decide on this action has run out; propose it again.' USING ERRCODE = 'WR017';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER action_approvals_guard BEFORE INSERT ON action_approvals
  FOR EACH ROW EXECUTE FUNCTION guard_action_approval();

-- An operation goes from planned to go or no-go, and from go to its end; a go needs two officers, one a commander.
CREATE FUNCTION guard_operation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.case_id, NEW.title, NEW.hour, NEW.raid, NEW.proposed_by, NEW.proposed_at)
     IS DISTINCT FROM (OLD.case_id, OLD.title, OLD.hour, OLD.raid, OLD.proposed_by, OLD.proposed_at)
  THEN
    RAISE EXCEPTION 'What was planned cannot be changed; call the operation off and plan another.'
      USING ERRCODE = 'WR018';
  END IF;
  IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[
    'planned>go', 'planned>no_go', 'go>no_go', 'go>ended']))
  THEN
    RAISE EXCEPTION 'This operation is % and cannot become %; look at it again.', OLD.state, NEW.state
      USING ERRCODE = 'WR019';
  END IF;
  IF NEW.state = 'go' AND OLD.state <> 'go' AND NOT EXISTS (
    SELECT digest FROM operation_words WHERE operation_id = NEW.id AND word = 'go'
    GROUP BY digest HAVING count(DISTINCT officer_id) >= 2 AND bool_or(commander))
  THEN
    RAISE EXCEPTION 'A go needs two officers, one of them a commander.' USING ERRCODE = 'WR020';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER operations_guard BEFORE UPDATE ON operations FOR EACH ROW EXECUTE FUNCTION guard_operation();
CREATE TRIGGER action_approvals_only_grow BEFORE UPDATE OR DELETE ON action_approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER action_documents_only_grow BEFORE UPDATE OR DELETE ON action_documents
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER action_transitions_only_grow BEFORE UPDATE OR DELETE ON action_transitions
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER operation_words_only_grow BEFORE UPDATE OR DELETE ON operation_words
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER operation_timeline_only_grows BEFORE UPDATE OR DELETE ON operation_timeline
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER operation_results_only_grow BEFORE UPDATE OR DELETE ON operation_results
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER operation_needs_only_grow BEFORE UPDATE OR DELETE ON operation_needs
  FOR EACH ROW EXECUTE FUNCTION deny_change();

-- Only its partner's answer says what has become of an action that was ordered. What nobody was told of can only be
-- carried out by the room itself, in a joint operation after its go. Looked at by the commit: the answer is written
-- after the step.
CREATE FUNCTION guard_action_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM orders WHERE about = 'measure' AND about_id = NEW.id) OR NEW.state <> 'in_effect' THEN
    IF NOT EXISTS (
      SELECT 1 FROM orders o JOIN answers a ON a.order_id = o.order_id
      WHERE o.about = 'measure' AND o.about_id = NEW.id AND o.kind = 'measure'
        AND a.status = CASE NEW.state WHEN 'in_effect' THEN 'done' ELSE NEW.state END)
    THEN
      RAISE EXCEPTION 'A partner carries this action out; it is in effect when the partner says so.'
        USING ERRCODE = 'WR028';
    END IF;
  ELSIF EXISTS (SELECT 1 FROM operations WHERE id = NEW.operation_id AND state NOT IN ('go', 'ended')) THEN
    RAISE EXCEPTION 'This action belongs to a joint operation that has no go yet.' USING ERRCODE = 'WR029';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER actions_answer AFTER UPDATE OF state ON actions DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.state <> OLD.state AND NEW.state IN ('in_effect', 'partly', 'refused'))
  EXECUTE FUNCTION guard_action_answer();
