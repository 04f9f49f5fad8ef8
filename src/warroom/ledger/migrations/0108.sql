-- An officer asks to be woken for a case at a moment; and accounts are found by their last four digits.
CREATE TABLE wakes (
  id bigserial NOT NULL,
  case_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  note text NOT NULL,
  set_at timestamptz NOT NULL,
  state text NOT NULL,
  CONSTRAINT wakes_pk PRIMARY KEY (id),
  CONSTRAINT wakes_at_check CHECK (at > set_at),
  CONSTRAINT wakes_note_check CHECK (note <> ''),
  CONSTRAINT wakes_state_check CHECK (state IN ('waiting', 'due', 'done')),
  CONSTRAINT wakes_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT wakes_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX wakes_case_id_idx ON wakes (case_id);
CREATE INDEX wakes_officer_id_idx ON wakes (officer_id, at) WHERE state <> 'done';
CREATE INDEX claims_payer_end_idx ON claims (right(regexp_replace(payer, '[^0-9]', '', 'g'), 4));
CREATE INDEX claims_payee_end_idx ON claims (right(regexp_replace(payee, '[^0-9]', '', 'g'), 4));
CREATE INDEX proposals_account_end_idx ON proposals (right(regexp_replace(account, '[^0-9]', '', 'g'), 4));
CREATE INDEX holds_account_end_idx ON holds (right(regexp_replace(account, '[^0-9]', '', 'g'), 4));
ALTER TABLE deadlines DROP CONSTRAINT deadlines_about_check;
ALTER TABLE deadlines ADD CONSTRAINT deadlines_about_check
  CHECK (about IN ('hold', 'measure', 'request', 'asset', 'proceeding', 'joint', 'person', 'person:glass', 'wake'));
