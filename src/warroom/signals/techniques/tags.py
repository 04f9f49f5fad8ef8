"""The techniques that a signal or a case carries, by its type of scam and its reasons."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from warroom.reasons.reason import Language, Reason
from warroom.signals.kinds import find_kind
from warroom.signals.signal import Signal

_BY_WAY = {"crypto": "F1018", "cash": "F1017.001"}


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique by its id, as F1032; `tactics` in the words of the framework's file."""

    id: str
    name: str
    th: str
    address: str
    tactics: tuple[str, ...]

    def name_in(self, language: Language) -> str:
        """Its name in a language; the English one is the framework's own."""
        return self.th if language == "th" else self.name


@cache
def load_techniques() -> dict[str, Technique]:
    """Every technique that this program names, by id."""
    return {
        name: Technique(name, said["name"], said["th"], said["address"], tuple(said["tactics"]))
        for name, said in _read_toml()["techniques"].items()
    }


def list_scam_techniques(kind: str) -> tuple[Technique, ...]:
    """The techniques of a type of scam; none for an unknown type."""
    return _list_techniques(_read_toml()["scams"].get(kind, ()))


def list_reason_techniques(reasons: Iterable[Reason]) -> tuple[Technique, ...]:
    """The techniques shown by reasons, including the ways by which money left."""
    names: list[str] = []
    for reason in reasons:
        names += _read_toml()["reasons"].get(reason.code, ())
        ways = str(reason.params.get("ways", "")).split(", ")
        names += [_BY_WAY[way] for way in ways if way in _BY_WAY]
    return _list_techniques(names)


def list_signal_techniques(signal: Signal) -> tuple[Technique, ...]:
    """The techniques of a signal: those of its kind and of its reasons."""
    by_kind = _list_techniques(find_kind(signal.kind).techniques)
    return tuple(dict.fromkeys((*by_kind, *list_reason_techniques(signal.reasons))))


def _list_techniques(names: Iterable[str]) -> tuple[Technique, ...]:
    return tuple(load_techniques()[name] for name in dict.fromkeys(names))


@cache
def _read_toml() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("f3.toml").read_text(encoding="utf-8"))
