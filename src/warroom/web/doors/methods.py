"""Which methods a path of the interface takes: for 405 with its `Allow`, and so that a fixed path is never taken for another's
parameter (`PUT /campaigns/rising` is no campaign named rising).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, compile_path


@dataclass(frozen=True, slots=True)
class _Template:
    """A path as it is declared, what matches it, how many of its parts are parameters, and one that it matches."""

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
        """The `Allow` header of a path, by the declared path that says most of it; that of built files where none is."""
        found = next((one for one in self._templates if one.regex.match(path)), None)
        return _format_methods(self._taken[found.path] if found else ("GET", "HEAD"))

    def check_path(self, declared: str, path: str) -> None:
        """Raises HTTPException 405 where `path`, taken for the parameters of `declared`, is a path of its own."""
        for one in self._closer.get(declared, ()):
            if one.regex.match(path):
                raise HTTPException(405, headers={"Allow": _format_methods(self._taken[one.path])})

    def _closer_than(self, template: _Template) -> tuple[_Template, ...]:
        """The declared paths that this one's parameters could be taken for."""
        return tuple(
            one
            for one in self._templates
            if one.parameters < template.parameters and template.regex.match(one.example)
        )


def _format_methods(methods: Iterable[str]) -> str:
    return ", ".join(sorted(methods))
