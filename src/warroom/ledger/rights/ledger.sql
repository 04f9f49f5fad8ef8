-- What the application role may do: it owns nothing, so it can neither change a table nor drop a trigger.
-- {role} is the application role.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {role};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {role};
REVOKE UPDATE ON audit, checkpoints, hold_approvals, case_snapshots, appeal_receipts, appeal_additions, answers, law_confirmations, claims,
  claim_keys, alembic_version FROM {role};
REVOKE INSERT ON alembic_version FROM {role};
GRANT DELETE ON sessions, idempotency TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
