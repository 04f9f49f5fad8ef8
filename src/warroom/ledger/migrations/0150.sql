-- Of which accounts a request asks for late records, and from when on.
CREATE TABLE request_records (
  request_id bigint NOT NULL,
  account text NOT NULL,
  since timestamptz NOT NULL,
  CONSTRAINT request_records_pk PRIMARY KEY (request_id, account),
  CONSTRAINT request_records_says_check CHECK (account <> ''),
  CONSTRAINT request_records_request_id_fk FOREIGN KEY (request_id) REFERENCES requests (id)
);
CREATE INDEX request_records_account_idx ON request_records (account);
CREATE TRIGGER request_records_only_grow BEFORE UPDATE OR DELETE ON request_records
  FOR EACH ROW EXECUTE FUNCTION deny_change();
