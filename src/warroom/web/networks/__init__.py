"""Pages and interface of groups: where an investigator starts."""
