"""A model that gives every transfer a calibrated probability: trained, kept in one file, walked by our own compiled code.

It knows features by their names and nothing else of a transfer, and refuses a file that another version wrote or that
somebody changed. What a label means is its caller's business.
"""
