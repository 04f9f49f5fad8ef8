-- What left for partners, and what they sent, is never emptied.

CREATE TRIGGER partner_agreements_never_emptied BEFORE DELETE ON partner_agreements FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER partner_sends_never_emptied BEFORE DELETE ON partner_sends FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER shared_sources_only_grow BEFORE UPDATE OR DELETE ON shared_sources FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER survivor_approvals_only_grow BEFORE UPDATE OR DELETE ON survivor_approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER room_messages_never_emptied BEFORE DELETE ON room_messages FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER match_runs_never_emptied BEFORE DELETE ON match_runs FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER partner_leavings_never_emptied BEFORE DELETE ON partner_leavings FOR EACH ROW EXECUTE FUNCTION deny_change();
