-- What officers make of signals.

-- What officers said of signals. Words are only ever added; what the officer saw is kept with them.
CREATE TABLE signal_words (
  id bigserial NOT NULL,
  signal text NOT NULL,
  subject text NOT NULL,
  word text NOT NULL,
  reason text NOT NULL,
  seen jsonb NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT signal_words_pk PRIMARY KEY (id),
  CONSTRAINT signal_words_reason_check CHECK (word <> 'set-aside' OR reason <> ''),
  CONSTRAINT signal_words_word_check CHECK (word IN ('looked', 'set-aside', 'lead', 'screening')),
  CONSTRAINT signal_words_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX signal_words_signal_idx ON signal_words (signal);
CREATE INDEX signal_words_subject_idx ON signal_words (subject);
