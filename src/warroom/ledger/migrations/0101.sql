-- Wrong tries on names that nobody has are counted like those on names that somebody has.
CREATE TABLE unknown_tries (
  name bytea NOT NULL,
  failures bigint NOT NULL,
  locks bigint NOT NULL,
  locked_until timestamptz,
  seen_at timestamptz NOT NULL,
  CONSTRAINT unknown_tries_pk PRIMARY KEY (name)
);
