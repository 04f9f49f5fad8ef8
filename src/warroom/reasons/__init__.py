"""Reasons: a code, its parameters and the records that show it, rendered in Thai and English.

A reason needs a sentence in both languages, and never mentions a person's nationality, ethnicity, religion,
language or sex.
"""
