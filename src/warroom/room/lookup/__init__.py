"""Search over everything the room has: cases, subjects, texts and records; pages of subjects; time lines.

It opens what an officer's own cases contain: cases they may see and have stated a purpose for. Of everything
else it only shows whether there is a hit. Every search and every page is logged, without the query.
"""
