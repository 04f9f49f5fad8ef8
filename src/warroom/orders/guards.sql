-- The outbox and what partners answered.
-- Errors of class WR carry a sentence for a person.

-- What an order says is what its partner reads and signs for; what has left does not wait again.
CREATE FUNCTION guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.order_id, NEW.about, NEW.about_id, NEW.place, NEW.hold_id, NEW.kind, NEW.bank, NEW.subject, NEW.amount,
      NEW.currency, NEW.until, NEW.reason, NEW.exercise, NEW.facts, NEW.notice_th, NEW.notice_en, NEW.made_at)
     IS DISTINCT FROM
     (OLD.order_id, OLD.about, OLD.about_id, OLD.place, OLD.hold_id, OLD.kind, OLD.bank, OLD.subject, OLD.amount,
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
