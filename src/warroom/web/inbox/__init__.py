"""Pages of public reports: the inbox of officers."""
