"""Decisions about requests: drafts and their approval, later steps, and replies that come by letter."""
