-- A trainer's room of one day: how many finished, and how often each item was mistaken. `waiting`: of those not yet in the sums.
CREATE TABLE lesson_classes (
  day date NOT NULL,
  number text NOT NULL,
  threat text NOT NULL,
  finished bigint NOT NULL,
  summed bigint NOT NULL,
  mistaken jsonb NOT NULL,
  waiting jsonb NOT NULL,
  CONSTRAINT lesson_classes_pk PRIMARY KEY (day, number)
);

-- Whom to remind of a lesson, and when next; the number lies sealed in the submission and is emptied after the second time.
CREATE TABLE lesson_reminders (
  submission_id bigint NOT NULL,
  due_at timestamptz NOT NULL,
  sent bigint NOT NULL,
  CONSTRAINT lesson_reminders_pk PRIMARY KEY (submission_id),
  CONSTRAINT lesson_reminders_submission_id_fk FOREIGN KEY (submission_id) REFERENCES outside_submissions (id)
);
CREATE INDEX lesson_reminders_due_at_idx ON lesson_reminders (due_at);
