-- Rows reach the log through audit_number alone; what vouches for it is only ever added.
REVOKE INSERT ON audit FROM {role};
REVOKE UPDATE ON audit_waiting, audit_subtrees, checkpoint_stamps, cosignatures FROM {role};
REVOKE ALL ON FUNCTION audit_number FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_number TO {role};
