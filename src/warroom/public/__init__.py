"""Services for people without a sign-in: report, read the state of a hold or flag, and appeal against it.

They identify themselves by the code on a notice or receipt alone. No answer names an account, an officer or a
case, and this package cannot reach statements of survivors or evidence: it imports neither.
"""
