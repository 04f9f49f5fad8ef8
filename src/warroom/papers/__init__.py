"""Papers: documents people print, sign and file, set by typst as PDF in Thai and English.

A paper is a template and data. The data is set as text and never read as markup; the date on the paper is the one
the caller gives, so that the same paper is the same bytes. It knows nothing of cases or letters: whoever needs a
paper brings its template.
"""
