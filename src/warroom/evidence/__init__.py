"""Evidence: what came in, byte for byte, who has had it since, and the bundle a court gets.

A file is hashed while it is written to disk, before anybody looks into it, and is never unpacked, rendered or run
here. Items and steps of custody are rows that are only ever added; where an item is follows from its steps. Only
the people of a case see its evidence, and every look is in the audit log.

It refuses: to change or forget a step, to hand over without the receiver's word, to destroy without a court's
order, to give out a file that is not what was received, and to put what a survivor said into a bundle.
"""
