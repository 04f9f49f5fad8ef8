-- A holder may attach a receipt to an appeal: it is kept as it came, without what it told of its maker, and never changed.
CREATE TABLE appeal_receipts (
  appeal_id bigint NOT NULL,
  media text NOT NULL,
  content bytea NOT NULL,
  sha256 text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT appeal_receipts_pk PRIMARY KEY (appeal_id),
  CONSTRAINT appeal_receipts_content_check CHECK (octet_length(content) BETWEEN 1 AND 5242880),
  CONSTRAINT appeal_receipts_media_check CHECK (media IN ('image/jpeg', 'image/png', 'application/pdf')),
  CONSTRAINT appeal_receipts_appeal_id_fk FOREIGN KEY (appeal_id) REFERENCES appeals (id)
);
CREATE TRIGGER appeal_receipts_only_grow BEFORE UPDATE OR DELETE ON appeal_receipts
  FOR EACH ROW EXECUTE FUNCTION deny_change();
