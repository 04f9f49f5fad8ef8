-- A key keeps its hash, scopes and quotas; ending it is all that may be written to it. {role} is the application's role.
REVOKE UPDATE ON partner_keys FROM {role};
GRANT UPDATE (revoked_by, revoked_at) ON partner_keys TO {role};
-- What was agreed, made from what, and approved stays as it was.
REVOKE UPDATE ON shared_sources, survivor_approvals, partner_agreements FROM {role};
GRANT UPDATE (state, approved_by, approved_at, ended_at) ON partner_agreements TO {role};
REVOKE UPDATE ON partner_leavings FROM {role};
GRANT UPDATE (recalled_at) ON partner_leavings TO {role};
