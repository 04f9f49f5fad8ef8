-- What must never happen to an action, whichever program writes.

-- Every step that the state machine knows (`measures.states` has the same table; a test compares both).
CREATE FUNCTION guard_measure() RETURNS trigger LANGUAGE plpgsql AS $$
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
    SELECT digest FROM measure_approvals WHERE measure_id = NEW.id
    GROUP BY digest HAVING count(DISTINCT officer_id) >= NEW.needed)
  THEN
    RAISE EXCEPTION 'Too few officers have approved this action; another one must do so first.'
      USING ERRCODE = 'WR024';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER measures_guard BEFORE UPDATE ON measures FOR EACH ROW EXECUTE FUNCTION guard_measure();

-- Every action begins as a proposal.
CREATE FUNCTION guard_new_measure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'proposed' THEN
    RAISE EXCEPTION 'An action begins as a proposal; propose it and have it approved.' USING ERRCODE = 'WR025';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER measures_begin BEFORE INSERT ON measures FOR EACH ROW EXECUTE FUNCTION guard_new_measure();

-- What an action is about, and what lies with it, is complete when it is decided: by statement, because one action may
-- have a thousand subjects.
CREATE FUNCTION guard_additions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added JOIN measures ON measures.id = added.measure_id WHERE measures.state <> 'proposed')
  THEN
    RAISE EXCEPTION 'What was proposed cannot be changed; withdraw the action and propose another.'
      USING ERRCODE = 'WR010';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER measure_subjects_additions AFTER INSERT ON measure_subjects
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard_additions();
CREATE TRIGGER measure_documents_additions AFTER INSERT ON measure_documents
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION guard_additions();

-- While an action is under way nobody begins the same one a second time.
CREATE FUNCTION mark_subjects() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  going constant text[] := ARRAY['approved', 'sent', 'in_effect', 'partly'];
BEGIN
  IF (NEW.state = ANY (going)) <> (OLD.state = ANY (going)) THEN
    UPDATE measure_subjects SET active = (NEW.state = ANY (going)) WHERE measure_id = NEW.id;
  END IF;
  RETURN NULL;
EXCEPTION WHEN unique_violation THEN
  RAISE EXCEPTION 'Another action of this kind is under way on one of these subjects; look at that one first.'
    USING ERRCODE = 'WR013';
END $$;
CREATE TRIGGER measures_subjects AFTER UPDATE OF state ON measures
  FOR EACH ROW EXECUTE FUNCTION mark_subjects();

CREATE FUNCTION guard_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.measure_id, NEW.place, NEW.action, NEW.partner, NEW.kind, NEW.subject, NEW.note)
     IS DISTINCT FROM (OLD.measure_id, OLD.place, OLD.action, OLD.partner, OLD.kind, OLD.subject, OLD.note)
  THEN
    RAISE EXCEPTION 'What was proposed cannot be changed; withdraw the action and propose another.'
      USING ERRCODE = 'WR010';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER measure_subjects_guard BEFORE UPDATE ON measure_subjects
  FOR EACH ROW EXECUTE FUNCTION guard_subject();

-- No state without the row that says how it came about.
CREATE FUNCTION guard_measure_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  now_state text;
  told text;
BEGIN
  SELECT state INTO now_state FROM measures WHERE id = NEW.id;
  SELECT after INTO told FROM measure_transitions WHERE measure_id = NEW.id ORDER BY id DESC LIMIT 1;
  IF told IS DISTINCT FROM now_state THEN
    RAISE EXCEPTION 'The state of an action is missing from its history; nothing was changed.'
      USING ERRCODE = 'WR014';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER measures_history AFTER INSERT OR UPDATE OF state ON measures
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_measure_history();

-- An approval by the proposer where kept apart, of what is decided already, or after its time, is none.
CREATE FUNCTION guard_measure_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  asked measures%ROWTYPE;
BEGIN
  SELECT * INTO asked FROM measures WHERE id = NEW.measure_id FOR UPDATE;
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
CREATE TRIGGER measure_approvals_guard BEFORE INSERT ON measure_approvals
  FOR EACH ROW EXECUTE FUNCTION guard_measure_approval();

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

CREATE TRIGGER measure_approvals_only_grow BEFORE UPDATE OR DELETE ON measure_approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER measure_documents_only_grow BEFORE UPDATE OR DELETE ON measure_documents
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER measure_transitions_only_grow BEFORE UPDATE OR DELETE ON measure_transitions
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER operation_words_only_grow BEFORE UPDATE OR DELETE ON operation_words
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER operation_timeline_only_grows BEFORE UPDATE OR DELETE ON operation_timeline
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER operation_results_only_grow BEFORE UPDATE OR DELETE ON operation_results
  FOR EACH ROW EXECUTE FUNCTION deny_change();
