-- What a payer said on the telephone stays as it was written. {role} is the application's role.
REVOKE UPDATE ON payer_calls FROM {role};
