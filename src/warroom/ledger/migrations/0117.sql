-- Which numbers, accounts and links reports name, by digests alone, and what became of the count.
CREATE TABLE public_mentions (
  submission_id bigint NOT NULL,
  digest bytea NOT NULL,
  mark bytea NOT NULL,
  words bytea NOT NULL,
  scam_type text NOT NULL,
  at timestamptz NOT NULL,
  counted boolean NOT NULL,
  CONSTRAINT public_mentions_pk PRIMARY KEY (submission_id, digest),
  CONSTRAINT public_mentions_submission_id_fk FOREIGN KEY (submission_id) REFERENCES outside_submissions (id)
);
CREATE INDEX public_mentions_digest_idx ON public_mentions (digest, at);
CREATE INDEX public_mentions_at_idx ON public_mentions (at);
CREATE INDEX public_mentions_uncounted_idx ON public_mentions (digest) WHERE NOT counted;
ALTER TABLE outside_submissions ADD COLUMN named_at timestamptz;
CREATE INDEX outside_submissions_unnamed_idx ON outside_submissions (id)
  WHERE named_at IS NULL AND kind IN ('tip', 'money_left');
ALTER TABLE outside_reported ADD COLUMN counted_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE outside_reported ALTER COLUMN counted_at DROP DEFAULT;
CREATE INDEX outside_reported_counted_at_idx ON outside_reported (counted_at);
