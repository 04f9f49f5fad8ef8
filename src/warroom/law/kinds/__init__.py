"""Every kind of action, declared as dated data: `*.toml` beside this file, one a pillar and one for resilience.

A kind says under which rules of law it stands, who proposes, approves and carries out, what must lie on the table
before anyone may approve, by when, what goes out to whom, and how it ends. The services obey the declaration;
nothing about a kind stands in code but the checks that its prerequisites name.
"""
