"""Records that come by themselves: pushed over HTTP, dropped as files, or read from Kafka.

Every way ends in the same intake as a file given by hand: the same checks, quarantine, duplicates and terms. How far a
stream is in the lake stands in the lake's own commits, so that a crash anywhere neither loses nor doubles a record.

It refuses: to answer for what is not on the disk, to take part of a file, and to guess whose records they are.
"""
