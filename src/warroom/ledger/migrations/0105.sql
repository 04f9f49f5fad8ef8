-- What is likely to leave of each case within the hour, and by when it must be decided; and for each amount what its
-- forecast is made of, so that it is made anew without following the money.
ALTER TABLE cases ADD COLUMN leaves bigint NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN leaves_low bigint NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN leaves_high bigint NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN leaves_rough boolean NOT NULL DEFAULT false;
ALTER TABLE cases ADD COLUMN decide_by timestamptz;
ALTER TABLE cases ADD COLUMN asked_since timestamptz;
ALTER TABLE cases ADD COLUMN silent_since timestamptz;
ALTER TABLE cases ADD COLUMN part_left bigint NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN forecast_at timestamptz;
ALTER TABLE cases ALTER COLUMN leaves DROP DEFAULT, ALTER COLUMN leaves_low DROP DEFAULT,
  ALTER COLUMN leaves_high DROP DEFAULT, ALTER COLUMN leaves_rough DROP DEFAULT, ALTER COLUMN part_left DROP DEFAULT;
CREATE INDEX cases_queue_idx ON cases (leaves DESC, decide_by, reported_at, id) WHERE state = 'open';
ALTER TABLE proposals ADD COLUMN hop bigint;
ALTER TABLE proposals ADD COLUMN channel text;
ALTER TABLE proposals ADD COLUMN arrived_at timestamptz;
ALTER TABLE proposals ADD COLUMN opened_at timestamptz;
ALTER TABLE proposals ADD COLUMN passed double precision;
ALTER TABLE proposals ADD COLUMN there bigint;
CREATE INDEX proposals_open_idx ON proposals (case_id) WHERE state = 'open';
ALTER TABLE holds ADD COLUMN left_settled_at timestamptz;
UPDATE holds SET left_settled_at = approved_at WHERE state = 'refused' AND NOT EXISTS (
  SELECT FROM orders JOIN answers USING (order_id) WHERE orders.hold_id = holds.id AND answers.amount = 0);
CREATE INDEX holds_asked_idx ON holds (case_id) WHERE state IN ('proposed', 'approved', 'sent');
CREATE INDEX orders_answered_idx ON orders (bank, acknowledged_at)
  WHERE about = 'hold' AND kind = 'hold' AND acknowledged_at IS NOT NULL;
-- What earlier looks froze says it too, but for the channel and the account's age; of money that is not baht nothing is
-- ever forecast.
UPDATE proposals SET hop = (found.on_trail ->> 'hops')::bigint, channel = '',
  arrived_at = (found.on_trail ->> 'first_arrival')::timestamptz,
  there = proposals.amount,
  passed = (found.on_trail ->> 'passed_on')::float8 / greatest((found.on_trail ->> 'tainted_in')::float8, 1)
FROM (SELECT one.id, jsonb_array_elements(one.trail::jsonb -> 'accounts') AS on_trail FROM case_snapshots one
      WHERE one.id IN (SELECT snapshot_id FROM proposals WHERE state IN ('open', 'approved'))
        AND one.trail::jsonb ->> 'currency' = 'THB') found
WHERE found.id = proposals.snapshot_id AND found.on_trail -> 'account' ->> 'bank' = proposals.bank
  AND found.on_trail -> 'account' ->> 'number' = proposals.account AND proposals.state IN ('open', 'approved');
