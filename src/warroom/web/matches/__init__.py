"""Pages and interface of matches: whether two records are of one subject."""
