-- What must never happen to an order, nor to what it is about, whichever program writes.

-- What an order says is what its partner reads and signs for; what has left does not wait again.
CREATE FUNCTION guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.order_id, NEW.about, NEW.about_id, NEW.place, NEW.action_id, NEW.kind, NEW.bank, NEW.subject, NEW.amount,
      NEW.currency, NEW.until, NEW.reason, NEW.exercise, NEW.facts, NEW.notice_th, NEW.notice_en, NEW.made_at)
     IS DISTINCT FROM
     (OLD.order_id, OLD.about, OLD.about_id, OLD.place, OLD.action_id, OLD.kind, OLD.bank, OLD.subject, OLD.amount,
      OLD.currency, OLD.until, OLD.reason, OLD.exercise, OLD.facts, OLD.notice_th, OLD.notice_en, OLD.made_at)
  THEN
    RAISE EXCEPTION 'What an order says cannot be changed; lift it and make another.' USING ERRCODE = 'WR026';
  END IF;
  IF NEW.state <> OLD.state AND OLD.state <> 'waiting' AND NEW.state IN ('waiting', 'sent', 'cancelled') THEN
    RAISE EXCEPTION 'This order is % and cannot become %; look at it again.', OLD.state, NEW.state
      USING ERRCODE = 'WR027';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER orders_guard BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION guard_order();

-- Only its partner's answer says what has become of an action that was ordered. What nobody was told of can only be
-- carried out by the room itself, in a joint operation after its go. Looked at by the commit: the answer is written
-- after the step.
CREATE FUNCTION guard_measure_answer() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE CONSTRAINT TRIGGER measures_answer AFTER UPDATE OF state ON measures DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.state <> OLD.state AND NEW.state IN ('in_effect', 'partly', 'refused'))
  EXECUTE FUNCTION guard_measure_answer();

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
