-- Groups of subjects by numbers that stay, and what each was on the days on which it changed.
CREATE TABLE network_groups (
  id bigserial NOT NULL,
  since timestamptz NOT NULL,
  state text NOT NULL,
  ended_at timestamptz,
  into_id bigint,
  CONSTRAINT network_groups_pk PRIMARY KEY (id),
  CONSTRAINT network_groups_state_check CHECK (state IN ('standing', 'merged', 'gone')),
  CONSTRAINT network_groups_ended_check CHECK ((state = 'standing') = (ended_at IS NULL)),
  CONSTRAINT network_groups_into_check CHECK ((state = 'merged') = (into_id IS NOT NULL)),
  CONSTRAINT network_groups_into_id_fk FOREIGN KEY (into_id) REFERENCES network_groups (id)
);
CREATE TABLE network_group_days (
  id bigserial NOT NULL,
  group_id bigint NOT NULL,
  as_of timestamptz NOT NULL,
  event text NOT NULL,
  joined bigint NOT NULL,
  lost bigint NOT NULL,
  others jsonb NOT NULL,
  members text[] NOT NULL,
  content jsonb NOT NULL,
  CONSTRAINT network_group_days_pk PRIMARY KEY (id),
  CONSTRAINT network_group_days_event_check CHECK (event IN ('new', 'same', 'grown', 'shrunk', 'split', 'merged')),
  CONSTRAINT network_group_days_members_check CHECK (cardinality(members) > 0),
  CONSTRAINT network_group_days_group_id_fk FOREIGN KEY (group_id) REFERENCES network_groups (id)
);
CREATE INDEX network_group_days_group_id_idx ON network_group_days (group_id, id);
CREATE TRIGGER network_groups_never_emptied BEFORE DELETE ON network_groups FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER network_group_days_only_grow BEFORE UPDATE OR DELETE ON network_group_days
  FOR EACH ROW EXECUTE FUNCTION deny_change();
