"""Why anything is said: a code, its parameters and the records that show it, rendered in Thai and English.

A reason refuses to exist without a sentence in both languages, and never speaks of a person's nationality, ethnicity,
religion, language or sex.
"""
