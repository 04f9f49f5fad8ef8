-- Evidence and its custody: only ever added to.

CREATE TRIGGER evidence_items_only_grow BEFORE UPDATE OR DELETE ON evidence_items
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER evidence_items_never_emptied BEFORE TRUNCATE ON evidence_items
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
CREATE TRIGGER custody_events_only_grow BEFORE UPDATE OR DELETE ON custody_events
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER custody_events_never_emptied BEFORE TRUNCATE ON custody_events
  FOR EACH STATEMENT EXECUTE FUNCTION deny_change();
