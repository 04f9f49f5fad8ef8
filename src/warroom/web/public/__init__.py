"""The pages of people without a sign-in: check, report, receipt, learn. An app of its own, which `warroom serve --public`
serves alone; it knows the four questions of `public.outside` and neither the ledger nor the lake.

Every page works without a script, in seven languages, with no request to another host; a code travels in the body of a
form and never in an address.
"""
