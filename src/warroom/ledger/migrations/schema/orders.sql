-- The outbox and what partners answered.
-- Errors of class WR carry a sentence for a person.

-- One outbox for everything. An order is about a thing by its kind and number; a hold's order still names its hold.
-- `bank` is the partner's code, whatever sort of agency the partner is.
CREATE TABLE orders (
  order_id text NOT NULL,
  place bigint NOT NULL,
  hold_id bigint,
  kind text NOT NULL,
  bank text NOT NULL,
  subject text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  until timestamptz,
  reason text NOT NULL,
  exercise boolean NOT NULL,
  facts jsonb NOT NULL,
  notice_th text NOT NULL,
  notice_en text NOT NULL,
  state text NOT NULL,
  attempts bigint NOT NULL,
  made_at timestamptz NOT NULL,
  next_try timestamptz,
  sent_at timestamptz,
  received_at timestamptz,
  acknowledged_at timestamptz,
  last_error text NOT NULL,
  about text NOT NULL,
  about_id bigint NOT NULL,
  leaves_at timestamptz NOT NULL,
  CONSTRAINT orders_pk PRIMARY KEY (order_id),
  CONSTRAINT orders_about_about_id_place_key UNIQUE (about, about_id, place),
  CONSTRAINT orders_about_check CHECK (about IN ('hold', 'measure', 'request')),
  CONSTRAINT orders_hold_check
    CHECK (CASE
      WHEN about = 'hold' THEN hold_id IS NOT NULL AND hold_id = about_id AND amount > 0 AND until IS NOT NULL
      ELSE hold_id IS NULL AND amount >= 0 END),
  CONSTRAINT orders_kind_check
    CHECK (CASE about
      WHEN 'hold' THEN kind IN ('hold', 'release', 'expiry', 'extend')
      WHEN 'measure' THEN kind IN ('measure', 'lift', 'withdraw')
      ELSE kind IN ('request', 'reminder', 'lift') END),
  CONSTRAINT orders_state_check CHECK (state IN ('waiting', 'sent', 'acknowledged', 'failed', 'cancelled'))
);
CREATE INDEX orders_acknowledged_idx ON orders (acknowledged_at) WHERE kind = 'hold' AND acknowledged_at IS NOT NULL;
CREATE INDEX orders_answered_idx ON orders (bank, acknowledged_at)
  WHERE about = 'hold' AND kind = 'hold' AND acknowledged_at IS NOT NULL;
CREATE INDEX orders_hold_id_idx ON orders (hold_id);
CREATE INDEX orders_next_try_idx ON orders (next_try) WHERE state IN ('waiting', 'sent');

CREATE TABLE answers (
  id bigserial NOT NULL,
  order_id text NOT NULL,
  partner text NOT NULL,
  time timestamptz NOT NULL,
  status text NOT NULL,
  amount bigint,
  text text NOT NULL,
  effect text NOT NULL,
  recorded_at timestamptz NOT NULL,
  digest text NOT NULL,
  CONSTRAINT answers_pk PRIMARY KEY (id),
  CONSTRAINT answers_digest_key UNIQUE (digest),
  CONSTRAINT answers_status_check CHECK (status IN ('received', 'done', 'partly', 'refused', 'lifted')),
  CONSTRAINT answers_order_id_fk FOREIGN KEY (order_id) REFERENCES orders (order_id)
);
CREATE INDEX answers_order_id_idx ON answers (order_id);

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
