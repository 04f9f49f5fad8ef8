"""One module a step; the name says what it brings."""
