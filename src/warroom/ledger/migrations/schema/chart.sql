-- What officers pin to the chart of a case.

-- Notes that officers pin to the chart of a case.
CREATE TABLE chart_notes (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  node text NOT NULL,
  text text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  off_by bigint,
  off_at timestamptz,
  CONSTRAINT chart_notes_pk PRIMARY KEY (id),
  CONSTRAINT chart_notes_off_check CHECK ((off_by IS NULL) = (off_at IS NULL)),
  CONSTRAINT chart_notes_says_check CHECK (text <> '' AND node <> ''),
  CONSTRAINT chart_notes_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT chart_notes_off_by_fk FOREIGN KEY (off_by) REFERENCES officers (id),
  CONSTRAINT chart_notes_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX chart_notes_case_id_idx ON chart_notes (case_id);
