"""Pages and interface of access: signing in, one's own account, officers, keys of partners' programs."""
