"""Identifiers as people write them: which kind a text is, its one spelling, and whether its check digit holds.

It refuses to drop anything: what is no identifier that it knows stays a text, as it was written."""
