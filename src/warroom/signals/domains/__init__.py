"""Names on the internet that look like a bank's, an agency's or the hotline's, with the letters that make them look so.

It refuses to judge others on a shared host: a finding is about one name, never about a parent with hundreds
of users.
"""
