"""The laboratory: synthetic countries, what policies do in them, and the exercise that `warroom demo` plays.

It imports the product; nothing of the product imports it. Its commands and its exercise come in by entry points
(`warroom.cli.laboratory`).
"""
