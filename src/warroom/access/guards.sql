-- Sign-in, second factors, agencies, changes of roles, and keys of partners' programs.

-- A number that is not the key of its table: its sequence goes with the column all the same.
ALTER SEQUENCE sessions_id_seq OWNED BY sessions.id;

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
