-- An officer's own names for lists as they filtered them. Codes alone stand in an address: no number, no name.
CREATE TABLE saved_views (
  id bigserial PRIMARY KEY,
  officer_id bigint NOT NULL REFERENCES officers (id),
  name text NOT NULL,
  address text NOT NULL,
  made_at timestamptz NOT NULL,
  UNIQUE (officer_id, name),
  CONSTRAINT saved_views_name_check CHECK (name <> ''),
  CONSTRAINT saved_views_address_check CHECK (address ~ '^/[a-z]+(\?[a-z_=&0-9-]*)?$')
);

-- What waits for the desk, what an officer has, and what is silent, each in the order in which it runs out.
CREATE INDEX cases_waiting_idx ON cases (next_due, id)
  WHERE state = 'open' AND undecided > 0 AND owner_id IS NULL;
CREATE INDEX cases_owned_idx ON cases (owner_id, next_due, id) WHERE state = 'open';
CREATE INDEX cases_silent_idx ON cases (next_due, id) WHERE state = 'open' AND silent > 0;
CREATE INDEX actions_in_effect_idx ON actions (until, id) WHERE state IN ('in_effect', 'partly');
CREATE INDEX actions_expired_idx ON actions (until, id) WHERE state = 'expired';
