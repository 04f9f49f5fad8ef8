"""Names on the internet that look like a bank's, an agency's or the hotline's, with the letters that make them look so.

It refuses to speak of whoever shares a host: a finding is of one name, never of the parent that hundreds hang on.
"""
