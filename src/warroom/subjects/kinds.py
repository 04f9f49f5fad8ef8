"""The kinds of subject: what each is called in both languages, what its ids tell, and the words that others use for it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from warroom.bilingual.texts import Texts
from warroom.marking import Mark


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of subject. `mark`: the sensitivity of its ids, `page`: its word in the address of a subject's
    page (empty: it has none), `nodes`: the kinds of node that show it on a chart, `identifiers`: the kinds of
    identifier that name it.
    """

    id: str
    mark: Mark | None
    page: str
    nodes: tuple[str, ...]
    identifiers: tuple[str, ...]


def _parse_kind(word: str, body: Mapping[str, Any]) -> SubjectKind:
    mark = Mark(body["mark"]) if "mark" in body else None
    nodes, identifiers = tuple(body.get("nodes", (word,))), tuple(body.get("identifiers", ()))
    return SubjectKind(word, mark, body.get("page", ""), nodes, identifiers)


# Read when the module is imported: a fault in the table stops the program at once, not at the first page.
_FILE = tomllib.loads(resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8"))
_OWN = {word: _parse_kind(word, body) for word, body in _FILE.items() if "of" not in body}

# An entry with `of` is another word for a kind: it has words of its own and takes all else from that kind.
WORDS: dict[str, Texts] = {word: Texts(body["th"], body["en"]) for word, body in _FILE.items()}
"""Every word for a kind of subject, in both languages."""
KINDS: dict[str, SubjectKind] = {word: _OWN[body.get("of", word)] for word, body in _FILE.items()}
"""The kind that each word means: a SIM card in a tie and a number in an action are both a telephone."""
MARKS: dict[str, Mark] = {word: kind.mark for word, kind in KINDS.items() if kind.mark}
"""The marks of ids, by every word for their kinds."""
PAGES: dict[str, SubjectKind] = {kind.page: kind for kind in _OWN.values() if kind.page}
"""The kinds that have a page, by their words in its address."""
IDENTIFIERS: dict[str, SubjectKind] = {name: kind for kind in _OWN.values() for name in kind.identifiers}
"""Every kind of identifier, with the kind of subject that it names."""


def get_page_word(word: str) -> str:
    """The word for a kind in the address of a subject's page; the kind itself if it has no page."""
    kind = PAGES.get(word) or KINDS.get(word)
    return kind.page if kind and kind.page else word


def get_node_kinds(word: str) -> tuple[str, ...]:
    """The kinds of node that a subject may be on a chart; a kind that nobody declared is a node of its own name."""
    return KINDS[word].nodes if word in KINDS else (word,)
