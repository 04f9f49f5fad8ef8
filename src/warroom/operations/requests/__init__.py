"""Requests to agencies, banks, telecoms, platforms and partners abroad: dated, on a rule of law, for a purpose, item
by item, with a deadline; drafted by one officer, approved by another, sent through the outbox, and everything that
became of them.

It refuses: to let anything leave on the word of who drafted it, to rest on a rule no lawyer has confirmed (outside
exercises), to rewrite what was asked, and to believe an answer that is not from the partner that was asked.
"""

from warroom.operations.requests.base import READERS
from warroom.operations.requests.deciding import (
    Asking,
    approve_request,
    draft_request,
    lift_request,
    remind,
    withdraw_request,
)
from warroom.operations.requests.kinds import Declared, declared, declared_kind
from warroom.operations.requests.reading import Wanted, list_requests, read_request
from warroom.operations.requests.replies import add_document, note_reply
from warroom.operations.requests.times import partner_times

__all__ = [
    "READERS",
    "Asking",
    "Declared",
    "Wanted",
    "add_document",
    "approve_request",
    "declared",
    "declared_kind",
    "draft_request",
    "lift_request",
    "list_requests",
    "note_reply",
    "partner_times",
    "read_request",
    "remind",
    "withdraw_request",
]
