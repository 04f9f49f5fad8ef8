"""Formats that other programs read: one file a standard, with a frozen value and `render`. `exports` lists the formats of a
chart.

It refuses to export more than the reader saw: it renders a view, masked for that reader.
"""
