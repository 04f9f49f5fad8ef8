-- One outbox for everything: holds, measures and requests. An order is about a thing by its kind and number; a hold's
-- order still names its hold. `bank` is the partner's code, whatever sort of agency the partner is.
ALTER TABLE orders ADD COLUMN about text;
ALTER TABLE orders ADD COLUMN about_id bigint;
UPDATE orders SET about = 'hold', about_id = action_id;
ALTER TABLE orders ALTER COLUMN about SET NOT NULL;
ALTER TABLE orders ALTER COLUMN about_id SET NOT NULL;
ALTER TABLE orders RENAME COLUMN account TO subject;
ALTER TABLE orders ALTER COLUMN action_id DROP NOT NULL;
ALTER TABLE orders ALTER COLUMN until DROP NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_action_id_place_key;
ALTER TABLE orders DROP CONSTRAINT orders_amount_check;
ALTER TABLE orders DROP CONSTRAINT orders_kind_check;
ALTER TABLE orders ADD CONSTRAINT orders_about_about_id_place_key UNIQUE (about, about_id, place);
ALTER TABLE orders ADD CONSTRAINT orders_about_check CHECK (about IN ('hold', 'measure', 'request'));
ALTER TABLE orders ADD CONSTRAINT orders_hold_check CHECK (
  CASE WHEN about = 'hold'
    THEN action_id IS NOT NULL AND action_id = about_id AND amount > 0 AND until IS NOT NULL
    ELSE action_id IS NULL AND amount >= 0 END);
ALTER TABLE orders ADD CONSTRAINT orders_kind_check CHECK (
  CASE about WHEN 'hold' THEN kind IN ('hold', 'release', 'expiry', 'extend')
    WHEN 'measure' THEN kind IN ('measure', 'lift', 'withdraw')
    ELSE kind IN ('request', 'reminder', 'lift') END);
CREATE INDEX orders_action_id_idx ON orders (action_id);
