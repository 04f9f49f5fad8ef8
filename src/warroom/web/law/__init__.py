"""Pages and interface of the law."""
