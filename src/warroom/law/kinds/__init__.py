"""Every kind of action, declared as dated data: `*.toml` in this folder, one for each pillar and one for
resilience.

A kind declares its rules of law, who proposes, approves and carries out, which documents must be attached before
anyone may approve, its deadlines, what is sent to whom, and how it ends. The services follow the declaration;
nothing about a kind is in code but the checks that its prerequisites name.
"""
