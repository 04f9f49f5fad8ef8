"""Hostile texts for every pattern and every reader of strangers' words."""
