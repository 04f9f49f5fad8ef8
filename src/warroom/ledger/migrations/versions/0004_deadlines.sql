CREATE TABLE agencies (
  code text CONSTRAINT agencies_pk PRIMARY KEY,
  name_th text NOT NULL,
  name_en text NOT NULL,
  kind text NOT NULL,
  country text NOT NULL,
  active boolean NOT NULL,
  CONSTRAINT agencies_code_check CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{0,15}$'),
  CONSTRAINT agencies_kind_check CHECK (kind IN ('room', 'police', 'prosecutor', 'court', 'money', 'bank', 'telecom', 'power', 'regulator', 'platform', 'shelter', 'ngo', 'embassy', 'abroad', 'other'))
);

CREATE TABLE deadlines (
  id BIGSERIAL CONSTRAINT deadlines_pk PRIMARY KEY,
  about text NOT NULL,
  about_id bigint NOT NULL,
  case_id bigint CONSTRAINT deadlines_case_id_fk REFERENCES cases (id),
  kind text NOT NULL,
  due_at timestamptz NOT NULL,
  state text NOT NULL,
  struck_at timestamptz,
  CONSTRAINT deadlines_state_check CHECK (state IN ('running', 'struck', 'met', 'stopped')),
  CONSTRAINT deadlines_struck_check CHECK ((state = 'struck') = (struck_at IS NOT NULL))
);
CREATE INDEX deadlines_about_idx ON deadlines (about, about_id);
CREATE INDEX deadlines_due_idx ON deadlines (due_at) WHERE state = 'running';
CREATE UNIQUE INDEX deadlines_one_idx ON deadlines (about, about_id, kind) WHERE state = 'running';
CREATE INDEX deadlines_case_id_idx ON deadlines (case_id);
