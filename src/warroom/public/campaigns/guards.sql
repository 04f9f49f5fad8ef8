-- Campaigns: what is said of a rising threat, who approved it, which areas were held out, what went out, and the effect.

CREATE TRIGGER campaign_places_only_grow BEFORE UPDATE OR DELETE ON campaign_places
  FOR EACH ROW EXECUTE FUNCTION deny_change();

CREATE TRIGGER campaign_messages_only_grow BEFORE UPDATE OR DELETE ON campaign_messages
  FOR EACH ROW EXECUTE FUNCTION deny_change();

CREATE TRIGGER campaign_effects_only_grow BEFORE UPDATE OR DELETE ON campaign_effects
  FOR EACH ROW EXECUTE FUNCTION deny_change();

CREATE TRIGGER campaign_looks_only_grow BEFORE UPDATE OR DELETE ON campaign_looks
  FOR EACH ROW EXECUTE FUNCTION deny_change();
