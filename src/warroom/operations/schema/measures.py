"""Measures: actions of every kind but the hold, their approvals, documents and transitions; and joint operations."""
