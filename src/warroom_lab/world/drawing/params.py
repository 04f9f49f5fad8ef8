"""The country's parameters, read from `params.toml`: each with a unit, a tag and a source.

Tags: P published, D derived from published figures, A assumed (within a range, never a fact). Where published figures
contradict each other there is a scenario for each: a file `scenario.NAME.toml` beside it says what is otherwise there.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from warroom.errors import WorldError

POLICE_2018 = "police-2018"
"""The scenario of `params.toml` as it stands: half an hour counts, as police said in 2018, and a third report in it."""
BEFORE, AFTER = "scenario.", ".toml"
OF_SCENARIOS = ("crime", "mules", "chain", "reports")
"""Sections that are read by scenario: what a gang plans and what victims report. All others are one for all."""
Sections = dict[str, dict[str, "Parameter"]]
Name = tuple[str, str]
"""A parameter by its section and its name there."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `range`: between which values it may be tuned, where it is assumed."""

    value: Any
    unit: str
    tag: str
    source: str
    range: tuple[float, float] | None = None


_assumed: ContextVar[Mapping[Name, Any]] = ContextVar("assumed", default=MappingProxyType({}))


@cache
def load_parameters(scenario: str = POLICE_2018) -> Sections:
    """All parameters by section and name; raises WorldError where a file does not say what it must."""
    usual = _read_toml("params.toml")
    if scenario == POLICE_2018:
        return usual
    name = f"{BEFORE}{require_scenario(scenario)}{AFTER}"
    otherwise = _read_toml(name)
    for section, named in otherwise.items():
        for parameter_name in named:
            # A misspelt name would change nothing, and nobody would notice.
            if section not in OF_SCENARIOS or parameter_name not in usual[section]:
                raise WorldError(
                    f"{section}.{parameter_name} in {name} is no parameter that a scenario may change."
                )
    return {section: named | otherwise.get(section, {}) for section, named in usual.items()}


def get_values(section: str, scenario: str = POLICE_2018) -> dict[str, Any]:
    """The values of one section by their names."""
    usual = {name: parameter.value for name, parameter in load_parameters(scenario)[section].items()}
    return usual | {name: _assumed.get().get((section, name), usual[name]) for name in usual}


def get_number(section: str, name: str, scenario: str = POLICE_2018) -> float:
    """One value that is a number."""
    return float(_assumed.get().get((section, name), load_parameters(scenario)[section][name].value))


@contextmanager
def assume_values(otherwise: Mapping[Name, Any], scenario: str = POLICE_2018) -> Iterator[None]:
    """Within it these parameters, by (section, name), have other values, each between the ends of its own range.

    Raises WorldError for a parameter that does not exist, has no range, or would lie outside of it.
    """
    for name, value in otherwise.items():
        _require_in_range(name, value, load_parameters(scenario))
    before = _assumed.set({**_assumed.get(), **otherwise})
    try:
        yield
    finally:
        _assumed.reset(before)


def _require_in_range(name: Name, value: Any, known: Sections) -> None:
    section, parameter_name = name
    if section not in known or parameter_name not in known[section]:
        raise WorldError(f"There is no parameter '{section}.{parameter_name}'; choose one of params.toml.")
    between = known[section][parameter_name].range
    if between is None:
        raise WorldError(
            f"The parameter '{section}.{parameter_name}' has no range and is not assumed; leave it as it is."
        )
    numbers = value if isinstance(value, list) else [value]
    usual = known[section][parameter_name].value
    if len(numbers) != (len(usual) if isinstance(usual, list) else 1):
        raise WorldError(
            f"'{section}.{parameter_name}' has another count of numbers; give as many as params.toml does."
        )
    # A hair beyond an end is a rounding of anyone who scaled a list to it.
    slack = 1e-9 * max(map(abs, between))
    if any(not between[0] - slack <= number <= between[1] + slack for number in numbers):
        raise WorldError(
            f"'{section}.{parameter_name}' lies outside of its range, {between[0]:g} to {between[1]:g}."
        )


def list_scenarios() -> tuple[str, ...]:
    """The names of all scenarios, that of `params.toml` first."""
    beside = [each.name for each in files("warroom_lab.world.drawing").iterdir()]
    named = [name[len(BEFORE) : -len(AFTER)] for name in beside if name.startswith(BEFORE)]
    return (POLICE_2018, *sorted(named))


def require_scenario(name: str) -> str:
    """The name, where there is such a scenario; raises WorldError, in one sentence, where there is none."""
    if name not in list_scenarios():
        raise WorldError("world.no-scenario", name=name, known=", ".join(list_scenarios()))
    return name


def _read_toml(name: str) -> Sections:
    tree = tomllib.loads(files("warroom_lab.world.drawing").joinpath(name).read_text(encoding="utf-8"))
    return {
        section: {each: _to_parameter(name, section, each, facts) for each, facts in named.items()}
        for section, named in tree.items()
        if isinstance(named, dict)
    }


def _to_parameter(file: str, section: str, name: str, facts: Any) -> Parameter:
    try:
        between = tuple(facts["range"]) if "range" in facts else None
        return Parameter(facts["value"], facts["unit"], facts["tag"], facts["source"], between)
    except (TypeError, KeyError):
        raise WorldError(
            f"{section}.{name} in {file} lacks value, unit, tag or source; write all four."
        ) from None
