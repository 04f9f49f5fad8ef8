"""Looking things up over everything the room has: cases, subjects, texts and records, and what happened when.

It opens what an officer's own cases know: cases they may see and have stated a purpose for. Of everything else it says hit
or no hit, and nothing that would tell more. Every search and every page is logged, without the words that were typed.
"""
