"""Every kind of action, declared as dated data: `*.toml` beside this file, one a pillar and one for resilience.

A kind says under which rules of law it stands, who proposes, approves and carries out, what must lie on the table
before anyone may approve, by when, what goes out to whom, and how it ends. The services obey the declaration;
nothing about a kind stands in code but the checks that its prerequisites name.
"""

from warroom.operations.kinds.book import (
    PILLARS,
    Emission,
    Ending,
    Engine,
    FieldKind,
    Input,
    Kind,
    Pillar,
    Prerequisite,
    kind_of,
    kinds,
    prerequisite_of,
    prerequisites,
    words,
)

__all__ = [
    "PILLARS",
    "Emission",
    "Ending",
    "Engine",
    "FieldKind",
    "Input",
    "Kind",
    "Pillar",
    "Prerequisite",
    "kind_of",
    "kinds",
    "prerequisite_of",
    "prerequisites",
    "words",
]
