-- Keys of partners' programs. The key itself is kept nowhere; its hash is keyed with a secret of the home.
CREATE TABLE partner_keys (
  id bigserial CONSTRAINT partner_keys_pk PRIMARY KEY,
  agency text NOT NULL CONSTRAINT partner_keys_agency_fk REFERENCES agencies (code),
  prefix text NOT NULL CONSTRAINT partner_keys_prefix_key UNIQUE,
  hash bytea NOT NULL,
  scopes text[] NOT NULL,
  per_minute bigint NOT NULL,
  per_day bigint NOT NULL,
  made_by bigint CONSTRAINT partner_keys_made_by_fk REFERENCES officers (id),
  made_at timestamptz NOT NULL,
  revoked_by bigint CONSTRAINT partner_keys_revoked_by_fk REFERENCES officers (id),
  revoked_at timestamptz,
  CONSTRAINT partner_keys_scopes_check
    CHECK (scopes <@ ARRAY['payee-check', 'transfers:write'] AND cardinality(scopes) > 0),
  CONSTRAINT partner_keys_quota_check CHECK (per_minute > 0 AND per_day > 0),
  CONSTRAINT partner_keys_hash_check CHECK (octet_length(hash) = 32),
  CONSTRAINT partner_keys_revoked_check CHECK (revoked_by IS NULL OR revoked_at IS NOT NULL)
);
CREATE INDEX partner_keys_agency_idx ON partner_keys (agency);

CREATE TABLE partner_key_uses (
  key_id bigint NOT NULL CONSTRAINT partner_key_uses_key_id_fk REFERENCES partner_keys (id),
  day date NOT NULL,
  asked bigint NOT NULL,
  refused bigint NOT NULL,
  CONSTRAINT partner_key_uses_pk PRIMARY KEY (key_id, day)
);

-- Whoever serves hears at once that a key was made or ended, or an agency with its keys.
CREATE FUNCTION tell_partner_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('partner_keys', '');
  RETURN NULL;
END $$;
CREATE TRIGGER partner_keys_told AFTER INSERT OR UPDATE ON partner_keys
  FOR EACH STATEMENT EXECUTE FUNCTION tell_partner_keys();
CREATE TRIGGER agencies_told AFTER UPDATE ON agencies FOR EACH STATEMENT EXECUTE FUNCTION tell_partner_keys();
CREATE TRIGGER partner_keys_never_deleted BEFORE DELETE ON partner_keys
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER partner_keys_never_emptied BEFORE TRUNCATE ON partner_keys
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
