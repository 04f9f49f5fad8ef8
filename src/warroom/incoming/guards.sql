-- Holds of what comes in: proposed by an officer, carried out by the bank, ended by their clock, an officer or an appeal.

CREATE TRIGGER incoming_holds_never_emptied BEFORE DELETE ON incoming_holds FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER waiting_payments_never_emptied BEFORE DELETE ON waiting_payments
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER payer_calls_only_grow BEFORE UPDATE OR DELETE ON payer_calls FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER incoming_appeals_never_emptied BEFORE DELETE ON incoming_appeals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
