"""The web server: pages and the JSON interface, for officers, partners' programs and the public.

It shows the answers of the services and passes decisions to them; it decides nothing itself. It
refuses to load anything from another host, to write personal data into a log, and to show text in only one
language.
"""
