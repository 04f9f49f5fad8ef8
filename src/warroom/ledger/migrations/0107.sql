-- What a bank's answer said had left, as long as no record shows it; and what an account had passed on when an amount on it
-- was proposed, by which later records are known to show it.
ALTER TABLE holds ADD COLUMN left_by_word bigint NOT NULL DEFAULT 0;
ALTER TABLE holds ADD CONSTRAINT holds_left_by_word_check CHECK (left_by_word >= 0 AND left_by_word <= amount - held);
UPDATE holds SET left_by_word = amount - held WHERE state = 'partly';
ALTER TABLE holds ALTER COLUMN left_by_word DROP DEFAULT;
ALTER TABLE proposals ADD COLUMN passed_on bigint;
UPDATE cases SET still_there = still_there - least(still_there, told.gone), exited = exited + least(still_there, told.gone)
  FROM (SELECT case_id, sum(left_by_word)::bigint AS gone FROM holds GROUP BY case_id) told
  WHERE told.case_id = cases.id AND told.gone > 0;
-- An approval may be taken back as long as its order has not left, which is some seconds after it was made.
ALTER TABLE holds DROP CONSTRAINT holds_state_check;
ALTER TABLE holds ADD CONSTRAINT holds_state_check
  CHECK (state IN ('proposed', 'approved', 'sent', 'in_effect', 'partly', 'refused', 'released', 'expired', 'declined', 'taken_back'));
ALTER TABLE orders ADD COLUMN leaves_at timestamptz;
UPDATE orders SET leaves_at = made_at;
ALTER TABLE orders ALTER COLUMN leaves_at SET NOT NULL;
-- Whom to call where a bank is silent, and who did.
ALTER TABLE agencies ADD COLUMN telephone text NOT NULL DEFAULT '';
ALTER TABLE agencies ALTER COLUMN telephone DROP DEFAULT;
CREATE TABLE hold_calls (
  id bigserial NOT NULL,
  hold_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  answered boolean NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT hold_calls_pk PRIMARY KEY (id),
  CONSTRAINT hold_calls_text_check CHECK (NOT answered OR text <> ''),
  CONSTRAINT hold_calls_hold_id_fk FOREIGN KEY (hold_id) REFERENCES holds (id),
  CONSTRAINT hold_calls_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX hold_calls_hold_id_idx ON hold_calls (hold_id);
CREATE TRIGGER hold_calls_only_grow BEFORE UPDATE OR DELETE ON hold_calls
  FOR EACH ROW EXECUTE FUNCTION deny_change();
-- Who has a case's page open, as its page last said.
CREATE TABLE case_visits (
  case_id bigint NOT NULL,
  officer_id bigint NOT NULL,
  seen_at timestamptz NOT NULL,
  CONSTRAINT case_visits_pk PRIMARY KEY (case_id, officer_id),
  CONSTRAINT case_visits_case_id_fk FOREIGN KEY (case_id) REFERENCES cases (id),
  CONSTRAINT case_visits_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
