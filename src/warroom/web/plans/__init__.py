"""The page on which a plan for a building is made, and an operation out of it."""
