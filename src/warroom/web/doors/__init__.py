"""Who may come through which door: one table of every route, and the gate that holds to it."""
