"""Pages and interface of the log."""
