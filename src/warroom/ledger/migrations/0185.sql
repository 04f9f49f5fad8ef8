-- The number of the police complaint that a reporter wrote on their receipt: the form that extends a hold takes it over. And whether the
-- holder of held money needs it today: such appeals are answered first.
ALTER TABLE public_reports ADD COLUMN complaint text NOT NULL DEFAULT '', ADD COLUMN complaint_at timestamp with time zone;
ALTER TABLE appeals ADD COLUMN needed_today boolean NOT NULL DEFAULT false;
-- What a holder sends after an appeal: more words or another file, each kept beside the appeal and never changed.
CREATE TABLE appeal_additions (
  id bigserial NOT NULL,
  appeal_id bigint NOT NULL,
  text text NOT NULL,
  media text NOT NULL,
  content bytea NOT NULL,
  sha256 text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT appeal_additions_pk PRIMARY KEY (id),
  CONSTRAINT appeal_additions_content_check CHECK (octet_length(content) <= 5242880),
  CONSTRAINT appeal_additions_media_check CHECK (media IN ('', 'image/jpeg', 'image/png', 'application/pdf')),
  CONSTRAINT appeal_additions_appeal_id_fk FOREIGN KEY (appeal_id) REFERENCES appeals (id)
);
CREATE INDEX appeal_additions_appeal_id_idx ON appeal_additions (appeal_id);
CREATE TRIGGER appeal_additions_only_grow BEFORE UPDATE OR DELETE ON appeal_additions
  FOR EACH ROW EXECUTE FUNCTION deny_change();
