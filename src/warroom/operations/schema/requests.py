"""Requests to partners; assets and what victims are paid."""
