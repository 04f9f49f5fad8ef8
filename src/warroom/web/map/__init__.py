"""Pages and interface of the map and of lines."""
