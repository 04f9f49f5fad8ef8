"""Papers: documents to print, sign and file, typeset by typst as PDF in Thai and English.

A paper is a template and data. The data is set as text and never read as markup; the date on the paper is the one
the caller gives, so that the same paper is the same bytes. It knows nothing of cases or letters: the caller
passes the template.
"""
