"""Requests to agencies, banks, telecoms, platforms and partners abroad: dated, on a rule of law, for a purpose, item
by item, with a deadline; drafted by one officer, approved by another, sent through the outbox, and everything that
became of them.

It refuses: to send anything that only its drafter has approved, to rest on a rule no lawyer has confirmed
(outside exercises), to rewrite what was asked, and to believe an answer that is not from the partner that was
asked.
"""
