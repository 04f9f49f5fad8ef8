-- Requests to partners.
-- Errors of class WR carry a sentence for a person.

CREATE TRIGGER request_items_only_grow BEFORE UPDATE OR DELETE ON request_items
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER request_records_only_grow BEFORE UPDATE OR DELETE ON request_records
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER request_approvals_only_grow BEFORE UPDATE OR DELETE ON request_approvals
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER request_events_only_grow BEFORE UPDATE OR DELETE ON request_events
  FOR EACH ROW EXECUTE FUNCTION deny_change();
CREATE TRIGGER request_documents_only_grow BEFORE UPDATE OR DELETE ON request_documents
  FOR EACH ROW EXECUTE FUNCTION deny_change();

-- What was asked, of whom and under which rule is not rewritten.
CREATE FUNCTION guard_request_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.number, NEW.case_id, NEW.partner, NEW.kind, NEW.purpose, NEW.subject, NEW.amount, NEW.keep_until,
      NEW.rule_id, NEW.rule_digest, NEW.drafted_by, NEW.drafted_at)
     IS DISTINCT FROM
     (OLD.number, OLD.case_id, OLD.partner, OLD.kind, OLD.purpose, OLD.subject, OLD.amount, OLD.keep_until,
      OLD.rule_id, OLD.rule_digest, OLD.drafted_by, OLD.drafted_at)
  THEN
    RAISE EXCEPTION 'What a request says cannot be changed; withdraw it and make another.' USING ERRCODE = 'WR101';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER requests_facts BEFORE UPDATE ON requests FOR EACH ROW EXECUTE FUNCTION guard_request_facts();
CREATE TRIGGER request_links_never_emptied BEFORE DELETE ON request_links FOR EACH ROW EXECUTE FUNCTION deny_change();
