"""Matching without telling: which numbers two rooms both hold, by an oblivious pseudorandom function (RFC 9497).

One room blinds its numbers, the other evaluates them under its key, and tags of both are compared by the one who asked. Neither
learns numbers that only the other holds. The purpose and the key's period are public input, so that tags of one purpose fit
no other. docs/explanation/matching.md says what this does not protect.
"""
