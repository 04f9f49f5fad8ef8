"""Pages and interface of actions and joint operations."""
