"""The door of checks before payments."""
