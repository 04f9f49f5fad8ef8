"""The country's parameters, read from `params.toml`: each with a unit, a tag and a source.

Tags: P published, D derived from published figures, A assumed (within a range, never a fact). Where published figures
contradict each other there is a scenario for each: a file `scenario.NAME.toml` beside it says what is otherwise there.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from warroom.errors import WorldError

POLICE_2018 = "police-2018"
"""The scenario of `params.toml` as it stands: half an hour counts, as police said in 2018, and a third report in it."""
BEFORE, AFTER = "scenario.", ".toml"
OF_SCENARIOS = ("crime", "mules", "chain", "reports")
"""Sections that are read by scenario: what a gang plans and what victims report. All others are one for all."""
Sections = dict[str, dict[str, "Parameter"]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `range`: between which values it may be tuned, where it is assumed."""

    value: Any
    unit: str
    tag: str
    source: str
    range: tuple[float, float] | None = None


@cache
def everything(scenario: str = POLICE_2018) -> Sections:
    """All parameters by section and name; raises WorldError where a file does not say what it must."""
    usual = _read("params.toml")
    if scenario == POLICE_2018:
        return usual
    name = f"{BEFORE}{scenario_named(scenario)}{AFTER}"
    otherwise = _read(name)
    for section, named in otherwise.items():
        for each in named:
            # A misspelt name would change nothing, and nobody would notice.
            if section not in OF_SCENARIOS or each not in usual[section]:
                raise WorldError(f"{section}.{each} in {name} is no parameter that a scenario may change.")
    return {section: named | otherwise.get(section, {}) for section, named in usual.items()}


def values(section: str, scenario: str = POLICE_2018) -> dict[str, Any]:
    """The values of one section by their names."""
    return {name: parameter.value for name, parameter in everything(scenario)[section].items()}


def number(section: str, name: str, scenario: str = POLICE_2018) -> float:
    """One value that is a number."""
    return float(everything(scenario)[section][name].value)


def scenarios() -> tuple[str, ...]:
    """The names of all scenarios, that of `params.toml` first."""
    beside = [each.name for each in files("warroom.world.drawing").iterdir()]
    named = [name[len(BEFORE) : -len(AFTER)] for name in beside if name.startswith(BEFORE)]
    return (POLICE_2018, *sorted(named))


def scenario_named(name: str) -> str:
    """The name, where there is such a scenario; raises WorldError, in one sentence, where there is none."""
    if name not in scenarios():
        raise WorldError(f"There is no scenario '{name}'; choose {', '.join(scenarios())}.")
    return name


def _read(name: str) -> Sections:
    tree = tomllib.loads(files("warroom.world.drawing").joinpath(name).read_text(encoding="utf-8"))
    return {
        section: {each: _parameter(name, section, each, facts) for each, facts in named.items()}
        for section, named in tree.items()
        if isinstance(named, dict)
    }


def _parameter(file: str, section: str, name: str, facts: Any) -> Parameter:
    try:
        between = tuple(facts["range"]) if "range" in facts else None
        return Parameter(facts["value"], facts["unit"], facts["tag"], facts["source"], between)
    except (TypeError, KeyError):
        raise WorldError(
            f"{section}.{name} in {file} lacks value, unit, tag or source; write all four."
        ) from None
