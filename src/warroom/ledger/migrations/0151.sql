-- An officer may have a signal's money followed; what was found is kept, and later cases find it.
ALTER TABLE signal_words DROP CONSTRAINT signal_words_word_check;
ALTER TABLE signal_words ADD CONSTRAINT signal_words_word_check CHECK (word IN ('looked', 'set-aside', 'lead', 'screening', 'follow'));
ALTER TABLE signal_words DROP CONSTRAINT signal_words_reason_check;
ALTER TABLE signal_words ADD CONSTRAINT signal_words_reason_check CHECK (word NOT IN ('set-aside', 'follow') OR reason <> '');
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
