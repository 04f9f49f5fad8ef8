"""The methods that each API path supports: for the `Allow` header of a 405 (RFC 9110, 15.5.6), and so that a fixed path is never
taken for another path's parameter (`PUT /campaigns/rising` is not about a campaign named "rising").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, compile_path


@dataclass(frozen=True, slots=True)
class _Template:
    """A declared path, its regular expression, its number of parameters, and an example that matches."""

    path: str
    regex: re.Pattern[str]
    parameters: int
    example: str


class Methods:
    """The methods of every declared path."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        taken: dict[str, set[str]] = {}
        for route in iter_route_contexts(list(routes)):
            if route.methods and route.path:
                taken.setdefault(route.path, set()).update(route.methods)
        self._taken = taken
        templates = [
            _Template(path, compile_path(path)[0], path.count("{"), re.sub(r"\{[^}]*\}", "x", path))
            for path in taken
        ]
        self._templates = sorted(templates, key=lambda one: one.parameters)
        self._closer = {template.path: self._closer_than(template) for template in templates}

    def format_allow_header(self, path: str) -> str:
        """The `Allow` header of a path, by the matching declared path with the fewest parameters; GET and HEAD (static files) if none."""
        found = next((one for one in self._templates if one.regex.match(path)), None)
        return _format_methods(self._taken[found.path] if found else ("GET", "HEAD"))

    def check_path(self, declared: str, path: str) -> None:
        """Raises HTTPException 405 if `path` matched `declared` only through its parameters and is a declared path itself."""
        for one in self._closer.get(declared, ()):
            if one.regex.match(path):
                raise HTTPException(405, headers={"Allow": _format_methods(self._taken[one.path])})

    def _closer_than(self, template: _Template) -> tuple[_Template, ...]:
        """The more specific declared paths that this one's parameters also match."""
        return tuple(
            one
            for one in self._templates
            if one.parameters < template.parameters and template.regex.match(one.example)
        )


def _format_methods(methods: Iterable[str]) -> str:
    return ", ".join(sorted(methods))
