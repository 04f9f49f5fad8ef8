"""Access: officers and their roles, sign-ins, agencies, keys of partners' programs, and masking by role.

It refuses: to let one person act as two, to keep a secret readable, and to tell a stranger why a sign-in failed."""
