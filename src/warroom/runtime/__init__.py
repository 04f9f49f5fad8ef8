"""Opens a home and wires its rooms by name: every handler of deadlines and orders in one module, and what happens by itself."""
