"""Officers' decisions on signals: set aside, a lead, or a screening first.

It refuses: to let a signal hold anything, and to spread it to a person's other accounts."""
