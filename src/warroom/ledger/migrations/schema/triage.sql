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
  CONSTRAINT signal_words_reason_check CHECK (word NOT IN ('set-aside', 'follow') OR reason <> ''),
  CONSTRAINT signal_words_word_check CHECK (word IN ('looked', 'set-aside', 'lead', 'screening', 'follow')),
  CONSTRAINT signal_words_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX signal_words_signal_idx ON signal_words (signal);
CREATE INDEX signal_words_subject_idx ON signal_words (subject);

CREATE TABLE signal_trails (
  id bigserial NOT NULL,
  word_id bigint NOT NULL,
  signalled timestamptz NOT NULL,
  trail text NOT NULL,
  sha256 text NOT NULL,
  CONSTRAINT signal_trails_pk PRIMARY KEY (id),
  CONSTRAINT signal_trails_word_id_key UNIQUE (word_id),
  CONSTRAINT signal_trails_word_id_fk FOREIGN KEY (word_id) REFERENCES signal_words (id)
);
CREATE TABLE signal_trail_accounts (
  trail_id bigint NOT NULL,
  bank text NOT NULL,
  account text NOT NULL,
  CONSTRAINT signal_trail_accounts_pk PRIMARY KEY (trail_id, bank, account),
  CONSTRAINT signal_trail_accounts_trail_id_fk FOREIGN KEY (trail_id) REFERENCES signal_trails (id)
);
CREATE INDEX signal_trail_accounts_account_idx ON signal_trail_accounts (bank, account);
CREATE TRIGGER signal_trails_only_grow BEFORE UPDATE OR DELETE ON signal_trails
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER signal_trail_accounts_only_grow BEFORE UPDATE OR DELETE ON signal_trail_accounts
  FOR EACH ROW EXECUTE FUNCTION deny_change();
