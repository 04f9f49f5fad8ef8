"""Work: honest offers and lures side by side, the pages they stand on, names on the internet, companies, tips.

Honest offers abroad pay well too, and give a bed and a ticket; lures copy their words and pictures. All texts come from
small grammars written for this country; no person's nationality or language is a column.
"""
