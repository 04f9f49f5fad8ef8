-- Notes that officers pin to the chart of a case.
CREATE TABLE chart_notes (
  id bigserial PRIMARY KEY,
  case_id bigint NOT NULL REFERENCES cases (id),
  node text NOT NULL,
  text text NOT NULL,
  officer_id bigint NOT NULL REFERENCES officers (id),
  at timestamptz NOT NULL,
  off_by bigint REFERENCES officers (id),
  off_at timestamptz,
  CONSTRAINT ck_chart_notes_says CHECK (text <> '' AND node <> ''),
  CONSTRAINT ck_chart_notes_off CHECK ((off_by IS NULL) = (off_at IS NULL))
);
CREATE INDEX chart_notes_case_id_idx ON chart_notes (case_id);
