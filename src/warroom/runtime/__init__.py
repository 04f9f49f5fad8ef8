"""Opens a home and wires its features by name: all handlers of deadlines and orders, and the background jobs."""
