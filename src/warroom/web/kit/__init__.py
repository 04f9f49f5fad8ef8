"""What every page and answer shares: the app, sessions, forms, words, formats and errors; no room's own affairs."""
