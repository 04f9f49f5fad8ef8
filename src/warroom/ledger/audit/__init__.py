"""The audit log: who asked, saw, decided and sent what. It only grows.

A row's leaf is canonical JSON; its hash is the leaf hash of RFC 6962, so that any tool for such logs can
check it. A chain keyed with a secret of the home (not in the database) names the row that somebody with all
rights in the database changed; signed checkpoints, kept beside the database, stamped and given to witnesses,
bind the whole.

A row is committed with the change that it records (`append`), and numbered right after (`numbering`); a
reader sees every row that was committed before.
"""
