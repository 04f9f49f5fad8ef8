"""Pages and interface of requests to partners."""
