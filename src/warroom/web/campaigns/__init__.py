"""Pages and interface of campaigns: what rises, and what is said of it to whom."""
