-- Cases that anonymous public reports alone made, and what officers did to check them.
CREATE TABLE report_checks (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  how text NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT report_checks_pk PRIMARY KEY (id),
  CONSTRAINT report_checks_how_check CHECK (how IN ('called-back', 'payer-proven', 'held-unchecked')),
  CONSTRAINT report_checks_text_check CHECK (text <> ''),
  CONSTRAINT report_checks_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT report_checks_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX report_checks_case_id_idx ON report_checks (case_id);
CREATE INDEX report_checks_officer_id_idx ON report_checks (officer_id);
CREATE TRIGGER report_checks_only_grow BEFORE UPDATE OR DELETE ON report_checks
  FOR EACH ROW EXECUTE FUNCTION deny_change();
ALTER TABLE cases ADD COLUMN unchecked boolean NOT NULL DEFAULT false;
ALTER TABLE cases ALTER COLUMN unchecked DROP DEFAULT;
UPDATE cases SET unchecked = true
  WHERE EXISTS (SELECT FROM case_reports WHERE case_id = cases.id)
    AND NOT EXISTS (SELECT FROM case_reports WHERE case_id = cases.id AND source <> 'public');
