"""The country's parameters, read from `params.toml`: each with a unit, a tag and a source.

Tags: P published, D derived from published figures, A assumed (within a range, never a fact).
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from warroom.errors import WorldError


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `range`: between which values it may be tuned, where it is assumed."""

    value: Any
    unit: str
    tag: str
    source: str
    range: tuple[float, float] | None = None


@lru_cache(maxsize=1)
def everything() -> dict[str, dict[str, Parameter]]:
    """All parameters by section and name; raises WorldError where the file does not say what it must."""
    tree = tomllib.loads(files("warroom.world.drawing").joinpath("params.toml").read_text(encoding="utf-8"))
    return {
        section: {name: _parameter(section, name, facts) for name, facts in named.items()}
        for section, named in tree.items()
        if isinstance(named, dict)
    }


def values(section: str) -> dict[str, Any]:
    """The values of one section by their names."""
    return {name: parameter.value for name, parameter in everything()[section].items()}


def number(section: str, name: str) -> float:
    """One value that is a number."""
    return float(everything()[section][name].value)


def _parameter(section: str, name: str, facts: Any) -> Parameter:
    try:
        between = tuple(facts["range"]) if "range" in facts else None
        return Parameter(facts["value"], facts["unit"], facts["tag"], facts["source"], between)
    except (TypeError, KeyError):
        raise WorldError(
            f"{section}.{name} in params.toml lacks value, unit, tag or source; write all four."
        ) from None
