-- Officers say of pairs of records whether they are of one subject.
-- A statement that two records are of one subject or of two; it stands until it is taken back, and is never deleted.
CREATE TABLE match_words (
  id bigserial NOT NULL,
  kind text NOT NULL,
  one_source text NOT NULL,
  one_record text NOT NULL,
  other_source text NOT NULL,
  other_record text NOT NULL,
  word text NOT NULL,
  seen jsonb NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  taken_back_by bigint,
  taken_back_at timestamptz,
  CONSTRAINT match_words_pk PRIMARY KEY (id),
  CONSTRAINT match_words_word_check CHECK (word IN ('same', 'apart')),
  CONSTRAINT match_words_kind_check CHECK (kind IN ('person', 'company', 'phone', 'account', 'page', 'domain')),
  CONSTRAINT match_words_taken_back_check CHECK ((taken_back_by IS NULL) = (taken_back_at IS NULL)),
  CONSTRAINT match_words_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id),
  CONSTRAINT match_words_taken_back_by_fk FOREIGN KEY (taken_back_by) REFERENCES officers (id)
);
CREATE UNIQUE INDEX match_words_standing_idx ON match_words (kind, one_source, one_record, other_source, other_record)
  WHERE taken_back_at IS NULL;
