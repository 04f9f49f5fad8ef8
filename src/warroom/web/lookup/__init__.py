"""Pages and interface of the search, of subjects and time lines."""
