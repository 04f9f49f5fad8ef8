"""Pages and interface of the briefing."""
