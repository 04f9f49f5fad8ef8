"""Decisions about actions: proposals, documents, approvals, further steps, and several at a time."""
