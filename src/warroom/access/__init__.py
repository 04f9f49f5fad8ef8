"""Who may: officers and their roles, how they sign in, agencies, keys of partners' programs, and what is masked for whom.

It refuses: to let one person stand for two, to keep a secret readable, and to tell a stranger why a sign-in failed."""
