"""Pages and interface of the board, the wall and everything under way."""
