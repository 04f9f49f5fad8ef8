"""Whom and what records are about."""
