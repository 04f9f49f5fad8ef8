"""The lake: what goes in, what is seen of it, and that nothing is lost, doubled or changed."""
