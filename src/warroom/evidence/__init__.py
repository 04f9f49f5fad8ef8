"""Evidence: items stored byte for byte, their chain of custody, and the bundle for a court.

A file is hashed while it is written to disk, before it is processed in any way, and is never unpacked, rendered or run
here. Items and steps of custody are append-only rows; an item's state is computed from its steps. Only
officers with access to a case see its evidence, and every access is in the audit log.

It refuses: to change or forget a step, to hand over without the receiver's word, to destroy without a court's
order, to give out a file that is not what was received, and to put what a survivor said into a bundle.
"""
