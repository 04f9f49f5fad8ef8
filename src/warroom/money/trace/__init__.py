"""Follows reported money through time and says where it is, why, and what may be held."""
