"""The kinds of request: each carries out a kind of action whose engine is `requests`, some in words of their own."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from warroom.bilingual.texts import Texts
from warroom.errors import NotFound
from warroom.law.kinds.declarations import ActionKind, load_kind
from warroom.requests.views import REQUEST_KINDS, RequestKind


@dataclass(frozen=True, slots=True)
class RequestKindDeclaration:
    """A kind of request: `action` says under which rules, to whom, who asks, who approves and by when."""

    id: RequestKind
    title: Texts
    asked: Texts
    action: ActionKind

    @property
    def hands(self) -> tuple[str, ...]:
        """The roles that work on such a request at all."""
        return tuple(dict.fromkeys((*self.action.proposes, *self.action.approves, *self.action.carries_out)))


@cache
def load_request_kinds() -> Mapping[RequestKind, RequestKindDeclaration]:
    """Every kind of request by id."""
    text = resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    bodies = tomllib.loads(text)
    return {kind: _parse_kind(kind, bodies[kind]) for kind in REQUEST_KINDS}


def load_request_kind(kind: str) -> RequestKindDeclaration:
    """A kind by id; raises NotFound."""
    # By looking through the kinds: what comes in a form is any text at all, and no key of a type.
    for found in load_request_kinds().values():
        if found.id == kind:
            return found
    raise NotFound("requests.no-such-kind")


def _parse_kind(kind: RequestKind, body: Mapping[str, Any]) -> RequestKindDeclaration:
    action = load_kind(body["action"])
    title = Texts(**body["title"]) if "title" in body else action.title
    asked = Texts(**body["asked"]) if "asked" in body else action.asked
    return RequestKindDeclaration(kind, title, asked, action)
