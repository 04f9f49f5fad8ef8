"""Records that come by themselves: pushed over HTTP, dropped as files, or read from Kafka.

Every way ends in the same intake as a file given by hand: the same checks, quarantine, duplicates and terms.
The lake's own commits hold the position of each stream, so that a crash anywhere neither loses nor doubles a
record.

It never confirms what is not on the disk, never takes part of a file, and never guesses whose records they
are.
"""
