"""Reads the declarations: kinds of action by pillar, and the documents they require."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal

from warroom.errors import NotFound
from warroom.operations.views import Role, Texts

Pillar = Literal["infrastructure", "logistics", "enforcement", "technology", "international", "resilience"]
PILLARS: tuple[Pillar, ...] = (
    "infrastructure",
    "logistics",
    "enforcement",
    "technology",
    "international",
    "resilience",
)
Emission = Literal["order", "letter", "recall", "share", "notice"]
"""`order` a signed message to a partner, `letter` a PDF in Thai and English, `recall` an ISO 20022 message to a bank,
`share` a document in a partner's standard, `notice` what the person concerned is told.
"""
FieldKind = Literal["text", "line", "number", "money", "moment", "yes-no", "code", "list", "person"]
Undo = Literal["withdraw", "lift", "none"]
"""How far back: `withdraw` only before it has left, `lift` also once in effect, `none` never (a lesson given)."""


@dataclass(frozen=True, slots=True)
class Input:
    """One field of an action's or document's details. `unit` where it is a number."""

    name: str
    kind: FieldKind
    label: Texts
    required: bool = True
    unit: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A document that must lie with an action before it may be approved. `check` names a function of
    `measures.prerequisites` that refuses contents which must not pass, "" where being complete is enough.
    """

    id: str
    title: Texts
    why: Texts
    inputs: tuple[Input, ...]
    check: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of action as declared.

    `rules` are ids of `law/`: the first in force when decided is the legal basis. `apart` means that who proposes may
    never approve; `mass_above` is how many subjects make one action a mass measure, which needs two officers, apart.
    `lapse_after` None means it has no end of its own (`ends` says how it ends).
    """

    id: str
    pillar: Pillar
    title: Texts
    purpose: Texts
    rules: tuple[str, ...]
    subjects: tuple[str, ...]
    partners: tuple[str, ...]
    proposes: tuple[Role, ...]
    approves: tuple[Role, ...]
    carries_out: tuple[Role, ...]
    approvers: int
    apart: bool
    mass_above: int | None
    decide_within: timedelta
    answer_within: timedelta
    warn_before: timedelta | None
    lapse_after: timedelta | None
    requires: tuple[str, ...]
    emits: tuple[Emission, ...]
    ends: tuple[str, ...]
    undo: Undo
    inputs: tuple[Input, ...]

    def approvers_for(self, subjects: int) -> int:
        """How many officers must approve an action on so many subjects."""
        return max(self.approvers, 2) if self.mass(subjects) else self.approvers

    def mass(self, subjects: int) -> bool:
        """Whether an action on so many subjects is a mass measure."""
        return self.mass_above is not None and subjects > self.mass_above

    def kept_apart(self, subjects: int) -> bool:
        """Whether the proposer may not approve."""
        return self.apart or self.mass(subjects)


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by id, in the order of the pillars."""
    found = [_kind(pillar, body) for pillar in PILLARS for body in _file(f"{pillar}.toml").get("kinds", ())]
    return {kind.id: kind for kind in found}


@cache
def prerequisites() -> Mapping[str, Prerequisite]:
    """Every document that a kind may require, by id."""
    found = [_prerequisite(body) for body in _file("prerequisites.toml").get("prerequisites", ())]
    return {one.id: one for one in found}


def kind_of(kind_id: str) -> Kind:
    """A kind by its id; raises NotFound."""
    found = kinds().get(kind_id)
    if found is None:
        raise NotFound(f"There is no kind of action '{kind_id[:64]}'; the reference of actions lists them.")
    return found


def prerequisite_of(prerequisite_id: str) -> Prerequisite:
    """A prerequisite by its id; raises NotFound."""
    found = prerequisites().get(prerequisite_id)
    if found is None:
        raise NotFound(f"No action requires a '{prerequisite_id[:64]}'; the reference of actions lists them.")
    return found


def _file(name: str) -> dict[str, Any]:
    file = resources.files(__package__).joinpath(name)
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _kind(pillar: Pillar, body: Mapping[str, Any]) -> Kind:
    clocks = body["clocks"]
    return Kind(
        id=body["id"],
        pillar=pillar,
        title=Texts(**body["title"]),
        purpose=Texts(**body["purpose"]),
        rules=tuple(body["rules"]),
        subjects=tuple(body["subjects"]),
        partners=tuple(body["partners"]),
        proposes=tuple(body["proposes"]),
        approves=tuple(body["approves"]),
        carries_out=tuple(body["carries_out"]),
        approvers=body["approvers"],
        apart=body["apart"],
        mass_above=body.get("mass_above"),
        decide_within=timedelta(hours=clocks["decide_within_hours"]),
        answer_within=timedelta(hours=clocks["answer_within_hours"]),
        warn_before=_hours(clocks.get("warn_before_hours")),
        lapse_after=_hours(clocks.get("lapse_after_hours")),
        requires=tuple(body.get("requires", ())),
        emits=tuple(body["emits"]),
        ends=tuple(body["ends"]),
        undo=body["undo"],
        inputs=_inputs(body),
    )


def _prerequisite(body: Mapping[str, Any]) -> Prerequisite:
    return Prerequisite(
        id=body["id"],
        title=Texts(**body["title"]),
        why=Texts(**body["why"]),
        inputs=_inputs(body),
        check=body.get("check", ""),
    )


def _inputs(body: Mapping[str, Any]) -> tuple[Input, ...]:
    return tuple(
        Input(
            name=one["name"],
            kind=one["kind"],
            label=Texts(**one["label"]),
            required=one.get("required", True),
            unit=one.get("unit", ""),
            choices=tuple(one.get("choices", ())),
        )
        for one in body.get("inputs", ())
    )


def _hours(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(hours=number)
