-- Flags on payees: proposed by analysis, decided by an officer, ended by their clock, an officer or an appeal.

CREATE TRIGGER flags_never_emptied BEFORE DELETE ON flags FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_appeals_never_emptied BEFORE DELETE ON flag_appeals FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_trials_only_grow BEFORE UPDATE OR DELETE ON flag_trials FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_payments_only_grow BEFORE UPDATE OR DELETE ON flag_payments
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_outcomes_only_grow BEFORE UPDATE OR DELETE ON flag_outcomes
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER flag_probes_only_grow BEFORE UPDATE OR DELETE ON flag_probes FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER advice_rules_never_emptied BEFORE DELETE ON advice_rules FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER advice_payments_only_grow BEFORE UPDATE OR DELETE ON advice_payments
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER advice_outcomes_only_grow BEFORE UPDATE OR DELETE ON advice_outcomes
  FOR EACH ROW EXECUTE FUNCTION deny_change();
