-- What officers make of signals.

CREATE TRIGGER signal_trails_only_grow BEFORE UPDATE OR DELETE ON signal_trails
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER signal_trail_accounts_only_grow BEFORE UPDATE OR DELETE ON signal_trail_accounts
  FOR EACH ROW EXECUTE FUNCTION deny_change();
