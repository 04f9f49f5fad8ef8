"""The table of endpoints and who may ask them, as the routes declare it (`router.py`)."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import chain

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute

from warroom.access.views import KEY_SCOPES, KeyScope
from warroom.errors import SettingError
from warroom.ledger.officers import ROLES

PUBLIC = ("public",)
PARTNER = ("partner",)
"""A partner's program, which signs what it sends."""
SIGNED_IN = ("signed-in",)
ENROLLING = ("enrolling",)
"""Every officer, also one who must first set up a second factor."""
ANYONE = (*PUBLIC, *PARTNER)
KEYS: dict[str, KeyScope] = {f"key:{scope}": scope for scope in KEY_SCOPES}
DEVICE = "device"
"""A wall screen: allowed in addition to the roles that may read the same page, without an officer signed in."""
WORDS = (*ANYONE, *SIGNED_IN, *ENROLLING, *KEYS)


ROUTERS = ("warroom.web.api_routes", "warroom.web.routes")
"""Modules whose ALL lists the app's routers. By name, because importing them here would be circular: their pages read this table."""
OWN = {"GET /static": PUBLIC, "GET /api/openapi.json": PUBLIC}
"""What the app itself serves."""


@cache
def build_access_table() -> Mapping[str, frozenset[str]]:
    """Who may ask each endpoint, as the app's routers declare it."""
    routers = [router for name in ROUTERS for router in import_module(name).ALL]
    return collect_access(chain(OWN.items(), *(router.declared for router in routers)))


def collect_access(lines: Iterable[tuple[str, tuple[str, ...]]]) -> Mapping[str, frozenset[str]]:
    """The table of endpoints and who may ask them; raises SettingError for one that is declared twice, and for no role."""
    declared: dict[str, frozenset[str]] = {}
    for endpoint, who in lines:
        if endpoint in declared:
            raise SettingError(f"'{endpoint}' is declared twice; keep one route.")
        declared[endpoint] = _check_declared_roles(endpoint, who)
    return declared


def find_scope(who: frozenset[str]) -> KeyScope | None:
    """The scope that a partner's key needs; None where no key opens."""
    return next((KEYS[word] for word in who if word in KEYS), None)


def _check_declared_roles(endpoint: str, who: tuple[str, ...]) -> frozenset[str]:
    named = frozenset(who)
    # A word such as "public" next to roles would open to everybody what the roles seem to restrict.
    alone = len(named) == 1 and named <= set(WORDS)
    if not named or not (alone or (named - {DEVICE} and named - {DEVICE} <= set(ROLES))):
        raise SettingError(
            f"'{endpoint}' opens to {list(who)}; write a list of roles, or one of {', '.join(WORDS)}."
        )
    return named


def iter_endpoints(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Every endpoint of an app's routes as the table writes it; a mounted folder counts as one."""
    for route in iter_route_contexts(list(routes)):
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            yield f"{method} {route.path}"


def check_access_table(routes: Iterable[BaseRoute]) -> None:
    """Raises SettingError if a served endpoint is not declared or a declared one is not served: access must be decided explicitly."""
    known, served = set(build_access_table()), set(iter_endpoints(routes))
    if missing := served - known:
        raise SettingError(
            f"{_format_names(missing)} is served and has no line of who may ask it; declare it by web/doors/router.py."
        )
    if stale := known - served:
        raise SettingError(
            f"{_format_names(stale)} is declared and is not served; name its router in web/routes.py or web/api_routes.py."
        )


def _format_names(names: set[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names)[:5])
