-- Actions of every kind but the hold, and joint operations: what must never happen to them, whichever program writes.
-- Errors of class WR carry a sentence for a person.

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
