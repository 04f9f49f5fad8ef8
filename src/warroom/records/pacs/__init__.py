"""ISO 20022 pacs.008 files: payments between banks, read as transfers.

An entry that breaks the published schema is set aside alone, with its element and reason. No entity is
expanded and nothing is fetched; a document type definition is refused.
"""
