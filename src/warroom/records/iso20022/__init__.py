"""ISO 20022 messages, read as transfers, balances and returns.

An entry that breaks the published schema is set aside alone, with its element and reason. No entity is
expanded and nothing is fetched; a document type definition is refused. A message that tells of no payment is named
for what it is.
"""
