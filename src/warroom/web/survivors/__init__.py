"""Pages and API of people found."""
