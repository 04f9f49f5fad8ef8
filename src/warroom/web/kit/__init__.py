"""Shared parts of pages and the interface: sessions, forms, words, formats and errors; nothing of a single feature."""
