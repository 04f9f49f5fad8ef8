"""Formats that other programs read: one file a standard, a frozen value and `render`. What a chart can be taken along as is listed in
`exports`.

It refuses to say more than its reader saw: what is rendered is what a view holds, masked as it is there.
"""
