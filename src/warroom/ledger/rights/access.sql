-- A stated purpose is never changed; what is set up, begun or counted about a person's sign-in may be taken away.
REVOKE UPDATE ON purposes, case_access FROM {role};
GRANT DELETE ON case_access, authenticators, recovery_codes, passkeys, challenges, tries, unknown_tries,
  address_tries TO {role};
