-- A key keeps its hash, scopes and quotas; ending it is all that may be written to it. {role} is the application's role.
REVOKE UPDATE ON partner_keys FROM {role};
GRANT UPDATE (revoked_by, revoked_at) ON partner_keys TO {role};
