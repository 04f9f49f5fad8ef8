"""Pages and interface of suspected buildings."""
