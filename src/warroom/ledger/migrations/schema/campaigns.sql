-- Campaigns: what is said of a rising threat, who approved it, which areas were held out, what went out, and the effect.
CREATE TABLE campaigns (
  id bigserial NOT NULL,
  state text NOT NULL,
  threat text NOT NULL,
  source text NOT NULL,
  audience text NOT NULL,
  channels jsonb NOT NULL,
  wording jsonb NOT NULL,
  seen jsonb,
  release_at timestamptz,
  until timestamptz,
  held_share double precision NOT NULL,
  hold_days bigint NOT NULL,
  measure text NOT NULL,
  power double precision,
  written_by bigint NOT NULL,
  written_at timestamptz NOT NULL,
  asked_at timestamptz,
  decided_by bigint,
  decided_at timestamptz,
  declined text NOT NULL,
  digest text NOT NULL,
  seed text NOT NULL,
  seed_digest text NOT NULL,
  released_at timestamptz,
  opened_at timestamptz,
  ended_at timestamptz,
  ended_by bigint,
  cause text NOT NULL,
  reason text NOT NULL,
  draw_week date,
  CONSTRAINT campaigns_pk PRIMARY KEY (id),
  CONSTRAINT campaigns_state_check CHECK (state IN ('draft', 'waiting', 'scheduled', 'released', 'ended', 'withdrawn')),
  CONSTRAINT campaigns_source_check CHECK (source IN ('cases', 'tips', 'messages', 'adverts')),
  CONSTRAINT campaigns_measure_check CHECK (measure IN ('reports', 'losses')),
  CONSTRAINT campaigns_cause_check CHECK (cause IN ('', 'expiry', 'cancelled')),
  CONSTRAINT campaigns_held_check CHECK (held_share BETWEEN 0 AND 0.5 AND hold_days BETWEEN 1 AND 28),
  CONSTRAINT campaigns_decided_check CHECK (CASE WHEN state IN ('scheduled', 'released', 'ended')
    THEN decided_by IS NOT NULL AND decided_by <> written_by AND until > release_at ELSE true END),
  CONSTRAINT campaigns_drawn_check CHECK (CASE WHEN state IN ('scheduled', 'released') AND held_share > 0
    THEN draw_week IS NOT NULL ELSE true END),
  CONSTRAINT campaigns_written_by_fk FOREIGN KEY (written_by) REFERENCES officers (id),
  CONSTRAINT campaigns_decided_by_fk FOREIGN KEY (decided_by) REFERENCES officers (id),
  CONSTRAINT campaigns_ended_by_fk FOREIGN KEY (ended_by) REFERENCES officers (id)
);
CREATE INDEX campaigns_state_idx ON campaigns (state, id);
CREATE INDEX campaigns_threat_idx ON campaigns (threat, draw_week) WHERE draw_week IS NOT NULL;

CREATE TABLE campaign_places (
  campaign_id bigint NOT NULL,
  place text NOT NULL,
  block bigint NOT NULL,
  arm text NOT NULL,
  before bigint NOT NULL,
  people bigint NOT NULL,
  CONSTRAINT campaign_places_pk PRIMARY KEY (campaign_id, place),
  CONSTRAINT campaign_places_arm_check CHECK (arm IN ('sent', 'held')),
  CONSTRAINT campaign_places_campaign_id_fk FOREIGN KEY (campaign_id) REFERENCES campaigns (id)
);
CREATE TRIGGER campaign_places_only_grow BEFORE UPDATE OR DELETE ON campaign_places
  FOR EACH ROW EXECUTE FUNCTION deny_change();

-- Each message as it went out, letter by letter.
CREATE TABLE campaign_messages (
  campaign_id bigint NOT NULL,
  number bigint NOT NULL,
  kind text NOT NULL,
  identifier text NOT NULL,
  at timestamptz NOT NULL,
  text text NOT NULL,
  CONSTRAINT campaign_messages_pk PRIMARY KEY (campaign_id, number),
  CONSTRAINT campaign_messages_identifier_key UNIQUE (identifier),
  CONSTRAINT campaign_messages_kind_check CHECK (kind IN ('Alert', 'Update', 'Cancel')),
  CONSTRAINT campaign_messages_campaign_id_fk FOREIGN KEY (campaign_id) REFERENCES campaigns (id)
);
CREATE TRIGGER campaign_messages_only_grow BEFORE UPDATE OR DELETE ON campaign_messages
  FOR EACH ROW EXECUTE FUNCTION deny_change();

CREATE TABLE campaign_effects (
  campaign_id bigint NOT NULL,
  at timestamptz NOT NULL,
  found jsonb NOT NULL,
  after jsonb NOT NULL,
  CONSTRAINT campaign_effects_pk PRIMARY KEY (campaign_id),
  CONSTRAINT campaign_effects_campaign_id_fk FOREIGN KEY (campaign_id) REFERENCES campaigns (id)
);
CREATE TRIGGER campaign_effects_only_grow BEFORE UPDATE OR DELETE ON campaign_effects
  FOR EACH ROW EXECUTE FUNCTION deny_change();

-- What rose as it was counted the first time in a week, and who let an alert run on.
CREATE TABLE campaign_looks (
  source text NOT NULL,
  week date NOT NULL,
  at timestamptz NOT NULL,
  found jsonb NOT NULL,
  CONSTRAINT campaign_looks_pk PRIMARY KEY (source, week),
  CONSTRAINT campaign_looks_source_check CHECK (source IN ('cases', 'tips', 'messages', 'adverts'))
);
CREATE TRIGGER campaign_looks_only_grow BEFORE UPDATE OR DELETE ON campaign_looks
  FOR EACH ROW EXECUTE FUNCTION deny_change();

CREATE TABLE campaign_renewals (
  campaign_id bigint NOT NULL,
  number bigint NOT NULL,
  asked_by bigint NOT NULL,
  asked_at timestamptz NOT NULL,
  approved_by bigint,
  approved_at timestamptz,
  until timestamptz,
  seen jsonb,
  CONSTRAINT campaign_renewals_pk PRIMARY KEY (campaign_id, number),
  CONSTRAINT campaign_renewals_approved_check CHECK (CASE WHEN number > 1 AND until IS NOT NULL
    THEN approved_by IS NOT NULL AND approved_by <> asked_by ELSE true END),
  CONSTRAINT campaign_renewals_campaign_id_fk FOREIGN KEY (campaign_id) REFERENCES campaigns (id),
  CONSTRAINT campaign_renewals_asked_by_fk FOREIGN KEY (asked_by) REFERENCES officers (id),
  CONSTRAINT campaign_renewals_approved_by_fk FOREIGN KEY (approved_by) REFERENCES officers (id)
);
