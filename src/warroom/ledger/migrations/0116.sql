-- How a public report is known again and ordered, whose answer waits to be read, and since when its bearer was told.
ALTER TABLE public_reports
  ADD COLUMN same bytea,
  ADD COLUMN likeness bigint,
  ADD COLUMN sender bytea NOT NULL DEFAULT '',
  ADD COLUMN heard bigint NOT NULL DEFAULT 0,
  ADD COLUMN read_to bigint NOT NULL DEFAULT 0,
  ADD COLUMN told_at timestamptz,
  ADD COLUMN proof jsonb;
ALTER TABLE public_reports
  ALTER COLUMN sender DROP DEFAULT,
  ALTER COLUMN heard DROP DEFAULT,
  ALTER COLUMN read_to DROP DEFAULT;
CREATE INDEX public_reports_same_idx ON public_reports (same) WHERE same IS NOT NULL;
CREATE INDEX public_reports_sender_idx ON public_reports (sender);
CREATE INDEX public_reports_untold_idx ON public_reports (id) WHERE told_at IS NULL;
CREATE INDEX public_reports_duplicate_of_idx ON public_reports (duplicate_of) WHERE duplicate_of IS NOT NULL;
