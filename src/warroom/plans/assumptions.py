"""What a plan for a site supposes where no record says it: `assumptions.toml`, with the sources."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def load_assumptions() -> Mapping[str, Mapping[str, float]]:
    """Numbers by table and name; shares are of a site's work, times in days."""
    text = resources.files(__package__).joinpath("assumptions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def get_assumption(table: str, name: str) -> float:
    """One of them; raises KeyError for a name that is not there."""
    return load_assumptions()[table][name]
