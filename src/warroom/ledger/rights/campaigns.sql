-- What went out stays as it went out. {role} is the application's role.
REVOKE UPDATE ON campaign_places, campaign_messages, campaign_effects, campaign_looks FROM {role};
