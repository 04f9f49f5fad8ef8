"""The table of endpoints and who may ask them, read from the files beside this one."""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from warroom.access import role_groups
from warroom.access.views import KEY_SCOPES, KeyScope
from warroom.errors import SettingError
from warroom.ledger.officers import ROLES

ANYONE = ("public", "partner")
KEYS: dict[str, KeyScope] = {f"key:{scope}": scope for scope in KEY_SCOPES}
DEVICE = "device"
"""A screen on the wall, beside the roles that may look at the same page: no officer stands behind it."""
WORDS = (*ANYONE, "signed-in", "enrolling", *KEYS)


@cache
def table() -> dict[str, frozenset[str]]:
    """Who may ask each endpoint; raises SettingError for a line that is written twice or names no role or group."""
    lines: dict[str, frozenset[str]] = {}
    folder = resources.files(__package__)
    # In one order: of two faults the same one is named on every machine.
    for file in sorted(
        (one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name
    ):
        for endpoint, who in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if endpoint in lines:
                raise SettingError(f"'{endpoint}' stands twice in web/doors; keep one line.")
            lines[endpoint] = _who(endpoint, who)
    return lines


def scope_of(who: frozenset[str]) -> KeyScope | None:
    """The scope that a partner's key needs; None where no key opens."""
    return next((KEYS[word] for word in who if word in KEYS), None)


def _who(endpoint: str, who: Any) -> frozenset[str]:
    words = who if isinstance(who, list) else []
    named = frozenset(role for word in words for role in _group(word))
    # A word such as public beside roles would open to everybody what the roles seem to guard.
    alone = len(named) == 1 and named <= set(WORDS)
    if not named or not (alone or (named - {DEVICE} and named - {DEVICE} <= set(ROLES))):
        raise SettingError(
            f"'{endpoint}' in web/doors opens to {who}; write a list of roles, or one of {', '.join(WORDS)}."
        )
    return named


def _group(word: Any) -> tuple[str, ...]:
    """The roles of a group written as `@case-readers`; any other word stands for itself."""
    name = str(word)
    if not name.startswith("@"):
        return (name,)
    found: tuple[str, ...] = getattr(role_groups, name[1:].upper().replace("-", "_"), ())
    return found


def endpoints(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Every endpoint of an app's routes as the table writes it; a mounted folder counts as one."""
    for route in iter_route_contexts(list(routes)):
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            yield f"{method} {route.path}"


def check(routes: Iterable[BaseRoute]) -> None:
    """Raises SettingError where an endpoint has no line or a line no endpoint: what nobody thought about is shut."""
    known, served = set(table()), set(endpoints(routes))
    if missing := served - known:
        raise SettingError(f"{_some(missing)} is served and has no line in web/doors; write who may ask it.")
    if stale := known - served:
        raise SettingError(f"{_some(stale)} stands in web/doors and is not served; take the line out.")


def _some(names: set[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names)[:5])
