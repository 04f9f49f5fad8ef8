"""Pages and interface of people found."""
