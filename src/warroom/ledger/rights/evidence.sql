-- Evidence and its custody are only ever added to.
REVOKE UPDATE ON evidence_items, custody_events FROM {role};
