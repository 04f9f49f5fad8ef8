"""What partners send: the tables, the readers of their files, and the checks on every value.

A file becomes rows of one table, and every row that cannot be one becomes a
`Reject` with its line, column and reason: nothing is lost and nothing is repaired by guessing. The package
refuses a time without a zone, an amount it would have to round, a document type definition in XML, and any
column about nationality, ethnicity, religion, language or sex: no table has one.
"""
