-- A stated purpose is never changed, nor who brought a file; what is set up, begun or counted about a person's sign-in may be taken away.
REVOKE UPDATE ON purposes, case_access, bringers FROM {role};
GRANT DELETE ON case_access, authenticators, recovery_codes, passkeys, challenges, tries, unknown_tries,
  address_tries TO {role};
