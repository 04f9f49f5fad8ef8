CREATE TABLE case_access (
  case_id bigint NOT NULL CONSTRAINT case_access_case_id_fk REFERENCES cases (id),
  agency text NOT NULL,
  officer_id bigint NOT NULL CONSTRAINT case_access_officer_id_fk REFERENCES officers (id),
  at timestamptz NOT NULL,
  CONSTRAINT case_access_pk PRIMARY KEY (case_id, agency),
  CONSTRAINT case_access_agency_check CHECK (agency <> '')
);

CREATE TABLE purposes (
  id BIGSERIAL CONSTRAINT purposes_pk PRIMARY KEY,
  case_id bigint NOT NULL CONSTRAINT purposes_case_id_fk REFERENCES cases (id),
  officer_id bigint NOT NULL CONSTRAINT purposes_officer_id_fk REFERENCES officers (id),
  purpose text NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  CONSTRAINT purposes_purpose_check CHECK (purpose IN ('desk', 'investigation', 'asset', 'victim', 'prosecution', 'request', 'supervision', 'audit')),
  CONSTRAINT purposes_until_check CHECK (until > at)
);
CREATE INDEX purposes_of_idx ON purposes (case_id, officer_id, until);
CREATE TRIGGER purposes_only_grow BEFORE UPDATE OR DELETE ON purposes FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER purposes_never_emptied BEFORE TRUNCATE ON purposes
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();

CREATE TABLE authenticators (
  officer_id bigint CONSTRAINT authenticators_pk PRIMARY KEY
    CONSTRAINT authenticators_officer_id_fk REFERENCES officers (id),
  secret bytea NOT NULL,
  step bigint NOT NULL,
  made_at timestamptz NOT NULL,
  confirmed_at timestamptz
);

CREATE TABLE recovery_codes (
  officer_id bigint NOT NULL CONSTRAINT recovery_codes_officer_id_fk REFERENCES officers (id),
  hash bytea NOT NULL,
  used_at timestamptz,
  CONSTRAINT recovery_codes_pk PRIMARY KEY (officer_id, hash)
);

CREATE TABLE passkeys (
  id BIGSERIAL CONSTRAINT passkeys_pk PRIMARY KEY,
  credential bytea NOT NULL CONSTRAINT passkeys_credential_key UNIQUE,
  officer_id bigint NOT NULL CONSTRAINT passkeys_officer_id_fk REFERENCES officers (id),
  public_key bytea NOT NULL,
  count bigint NOT NULL,
  name text NOT NULL,
  made_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX passkeys_officer_id_idx ON passkeys (officer_id);

CREATE TABLE challenges (
  ticket bytea CONSTRAINT challenges_pk PRIMARY KEY,
  kind text NOT NULL,
  officer_id bigint CONSTRAINT challenges_officer_id_fk REFERENCES officers (id),
  secret text NOT NULL,
  tries bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT challenges_kind_check CHECK (kind IN ('second', 'passkey-add', 'passkey', 'provider'))
);
CREATE INDEX challenges_expires_at_idx ON challenges (expires_at);

CREATE TABLE tries (
  officer_id bigint NOT NULL CONSTRAINT tries_officer_id_fk REFERENCES officers (id),
  place text NOT NULL,
  failures bigint NOT NULL,
  locks bigint NOT NULL,
  locked_until timestamptz,
  seen_at timestamptz NOT NULL,
  CONSTRAINT tries_pk PRIMARY KEY (officer_id, place)
);

CREATE TABLE address_tries (
  address text CONSTRAINT address_tries_pk PRIMARY KEY,
  failures bigint NOT NULL,
  since timestamptz NOT NULL
);

CREATE TABLE role_changes (
  id BIGSERIAL CONSTRAINT role_changes_pk PRIMARY KEY,
  officer_id bigint NOT NULL CONSTRAINT role_changes_officer_id_fk REFERENCES officers (id),
  roles text[] NOT NULL,
  asked_by bigint NOT NULL CONSTRAINT role_changes_asked_by_fk REFERENCES officers (id),
  asked_at timestamptz NOT NULL,
  state text NOT NULL,
  decided_by bigint CONSTRAINT role_changes_decided_by_fk REFERENCES officers (id),
  decided_at timestamptz,
  CONSTRAINT role_changes_state_check CHECK (state IN ('open', 'done', 'refused', 'superseded')),
  CONSTRAINT role_changes_two_administrators_check CHECK (state <> 'done' OR asked_by <> decided_by),
  CONSTRAINT role_changes_not_ones_own_check CHECK (state <> 'done' OR decided_by <> officer_id)
);
CREATE UNIQUE INDEX role_changes_open_idx ON role_changes (officer_id) WHERE state = 'open';

-- An officer of the agency's own provider, by its issuer and subject there. Wrong tries have their own tables now.
ALTER TABLE officers ADD COLUMN subject text CONSTRAINT officers_subject_key UNIQUE;
ALTER TABLE officers DROP COLUMN failures, DROP COLUMN locked_until;

-- Sign-ins that their owner can see and end. Who must still set up a second factor is let in only that far.
ALTER TABLE sessions ADD COLUMN id BIGSERIAL CONSTRAINT sessions_id_key UNIQUE;
ALTER TABLE sessions ADD COLUMN way text NOT NULL DEFAULT 'password';
ALTER TABLE sessions ADD COLUMN enrolling boolean NOT NULL DEFAULT false;
ALTER TABLE sessions ADD COLUMN address text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN device text NOT NULL DEFAULT '';
ALTER TABLE sessions ALTER COLUMN way DROP DEFAULT, ALTER COLUMN enrolling DROP DEFAULT,
  ALTER COLUMN address DROP DEFAULT, ALTER COLUMN device DROP DEFAULT;
