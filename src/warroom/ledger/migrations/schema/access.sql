-- Sign-in, second factors, agencies, changes of roles, and keys of partners' programs.

CREATE TABLE sessions (
  token_hash bytea NOT NULL,
  officer_id bigint NOT NULL,
  made_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  id bigserial NOT NULL,
  way text NOT NULL,
  enrolling boolean NOT NULL,
  address text NOT NULL,
  device text NOT NULL,
  CONSTRAINT sessions_pk PRIMARY KEY (token_hash),
  CONSTRAINT sessions_id_key UNIQUE (id),
  CONSTRAINT sessions_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
CREATE INDEX sessions_officer_id_idx ON sessions (officer_id);

CREATE TABLE authenticators (
  officer_id bigint NOT NULL,
  secret bytea NOT NULL,
  step bigint NOT NULL,
  made_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  CONSTRAINT authenticators_pk PRIMARY KEY (officer_id),
  CONSTRAINT authenticators_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);

CREATE TABLE recovery_codes (
  officer_id bigint NOT NULL,
  hash bytea NOT NULL,
  used_at timestamptz,
  CONSTRAINT recovery_codes_pk PRIMARY KEY (officer_id, hash),
  CONSTRAINT recovery_codes_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);

CREATE TABLE passkeys (
  id bigserial NOT NULL,
  credential bytea NOT NULL,
  officer_id bigint NOT NULL,
  public_key bytea NOT NULL,
  count bigint NOT NULL,
  name text NOT NULL,
  made_at timestamptz NOT NULL,
  used_at timestamptz,
  CONSTRAINT passkeys_pk PRIMARY KEY (id),
  CONSTRAINT passkeys_credential_key UNIQUE (credential),
  CONSTRAINT passkeys_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX passkeys_officer_id_idx ON passkeys (officer_id);

CREATE TABLE challenges (
  ticket bytea NOT NULL,
  kind text NOT NULL,
  officer_id bigint,
  secret text NOT NULL,
  tries bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT challenges_pk PRIMARY KEY (ticket),
  CONSTRAINT challenges_kind_check CHECK (kind IN ('second', 'passkey-add', 'passkey', 'provider')),
  CONSTRAINT challenges_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX challenges_expires_at_idx ON challenges (expires_at);

CREATE TABLE tries (
  officer_id bigint NOT NULL,
  place text NOT NULL,
  failures bigint NOT NULL,
  locks bigint NOT NULL,
  locked_until timestamptz,
  seen_at timestamptz NOT NULL,
  CONSTRAINT tries_pk PRIMARY KEY (officer_id, place),
  CONSTRAINT tries_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);

CREATE TABLE unknown_tries (
  name bytea NOT NULL,
  failures bigint NOT NULL,
  locks bigint NOT NULL,
  locked_until timestamptz,
  seen_at timestamptz NOT NULL,
  CONSTRAINT unknown_tries_pk PRIMARY KEY (name)
);

CREATE TABLE address_tries (
  address text NOT NULL,
  failures bigint NOT NULL,
  since timestamptz NOT NULL,
  CONSTRAINT address_tries_pk PRIMARY KEY (address)
);

CREATE TABLE role_changes (
  id bigserial NOT NULL,
  officer_id bigint NOT NULL,
  roles text[] NOT NULL,
  asked_by bigint NOT NULL,
  asked_at timestamptz NOT NULL,
  state text NOT NULL,
  decided_by bigint,
  decided_at timestamptz,
  CONSTRAINT role_changes_pk PRIMARY KEY (id),
  CONSTRAINT role_changes_not_ones_own_check CHECK (state <> 'done' OR decided_by <> officer_id),
  CONSTRAINT role_changes_state_check CHECK (state IN ('open', 'done', 'refused', 'superseded')),
  CONSTRAINT role_changes_two_administrators_check CHECK (state <> 'done' OR asked_by <> decided_by),
  CONSTRAINT role_changes_asked_by_fk FOREIGN KEY (asked_by) REFERENCES officers (id),
  CONSTRAINT role_changes_decided_by_fk FOREIGN KEY (decided_by) REFERENCES officers (id),
  CONSTRAINT role_changes_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE UNIQUE INDEX role_changes_open_idx ON role_changes (officer_id) WHERE state = 'open';

CREATE TABLE agencies (
  code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  kind text NOT NULL,
  country text NOT NULL,
  active boolean NOT NULL,
  telephone text NOT NULL,
  CONSTRAINT agencies_pk PRIMARY KEY (code),
  CONSTRAINT agencies_code_check CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{0,15}$'),
  CONSTRAINT agencies_kind_check
    CHECK (kind IN ('room', 'police', 'prosecutor', 'court', 'money', 'bank', 'telecom', 'power', 'regulator', 'platform', 'shelter', 'screening', 'hospital', 'ngo', 'embassy', 'abroad', 'other'))
);

-- Screens on the wall: no officer stands behind one, and its token is kept nowhere but on the device.
CREATE TABLE wall_devices (
  id bigserial NOT NULL,
  name text NOT NULL,
  code_hash bytea,
  code_until timestamptz NOT NULL,
  token_hash bytea,
  made_by bigint,
  made_at timestamptz NOT NULL,
  opened_at timestamptz,
  seen_at timestamptz,
  ended_at timestamptz,
  CONSTRAINT wall_devices_pk PRIMARY KEY (id),
  CONSTRAINT wall_devices_code_hash_key UNIQUE (code_hash),
  CONSTRAINT wall_devices_token_hash_key UNIQUE (token_hash),
  CONSTRAINT wall_devices_hash_check CHECK (
    (code_hash IS NULL OR octet_length(code_hash) = 32) AND (token_hash IS NULL OR octet_length(token_hash) = 32)),
  CONSTRAINT wall_devices_name_check CHECK (name <> ''),
  CONSTRAINT wall_devices_once_check CHECK (code_hash IS NULL OR token_hash IS NULL),
  CONSTRAINT wall_devices_made_by_fk FOREIGN KEY (made_by) REFERENCES officers (id)
);

-- Keys of partners' programs. The key itself is kept nowhere; its hash is keyed with a secret of the home.
CREATE TABLE bringers (
  delivery_id text NOT NULL,
  officer_id bigint NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT bringers_pk PRIMARY KEY (delivery_id, officer_id),
  CONSTRAINT bringers_officer_id_fk FOREIGN KEY (officer_id) REFERENCES officers (id)
);
CREATE INDEX bringers_officer_id_idx ON bringers (officer_id);

CREATE TABLE partner_keys (
  id bigserial NOT NULL,
  agency text NOT NULL,
  prefix text NOT NULL,
  hash bytea NOT NULL,
  scopes text[] NOT NULL,
  per_minute bigint NOT NULL,
  per_day bigint NOT NULL,
  made_by bigint,
  made_at timestamptz NOT NULL,
  revoked_by bigint,
  revoked_at timestamptz,
  CONSTRAINT partner_keys_pk PRIMARY KEY (id),
  CONSTRAINT partner_keys_prefix_key UNIQUE (prefix),
  CONSTRAINT partner_keys_hash_check CHECK (octet_length(hash) = 32),
  CONSTRAINT partner_keys_quota_check CHECK (per_minute > 0 AND per_day > 0),
  CONSTRAINT partner_keys_revoked_check CHECK (revoked_by IS NULL OR revoked_at IS NOT NULL),
  CONSTRAINT partner_keys_scopes_check
    CHECK (scopes <@ ARRAY['payee-check', 'transfers:write'] AND cardinality(scopes) > 0),
  CONSTRAINT partner_keys_agency_fk FOREIGN KEY (agency) REFERENCES agencies (code),
  CONSTRAINT partner_keys_made_by_fk FOREIGN KEY (made_by) REFERENCES officers (id),
  CONSTRAINT partner_keys_revoked_by_fk FOREIGN KEY (revoked_by) REFERENCES officers (id)
);
CREATE INDEX partner_keys_agency_idx ON partner_keys (agency);

CREATE TABLE partner_key_uses (
  key_id bigint NOT NULL,
  day date NOT NULL,
  asked bigint NOT NULL,
  refused bigint NOT NULL,
  CONSTRAINT partner_key_uses_pk PRIMARY KEY (key_id, day),
  CONSTRAINT partner_key_uses_key_id_fk FOREIGN KEY (key_id) REFERENCES partner_keys (id)
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
