"""Decisions about joint operations: plans, preparation, go and no-go, notes, results and the end report."""
