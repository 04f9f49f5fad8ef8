"""Reads the declarations: kinds of action by pillar, and the documents they require."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.errors import NotFound
from warroom.ledger.officers import Role
from warroom.subjects.kinds import WORDS

Pillar = Literal["infrastructure", "logistics", "enforcement", "technology", "international", "resilience"]
PILLARS: tuple[Pillar, ...] = get_args(Pillar)
Emission = Literal["order", "letter", "recall", "share", "notice"]
"""`order` a signed message to a partner, `letter` a PDF in Thai and English, `recall` an ISO 20022 message to a bank,
`share` a document in a partner's standard, `notice` a notice to the person concerned.
"""
FieldKind = Literal["text", "line", "number", "money", "moment", "yes-no", "code", "list", "person", "digest"]
"""`code` is one of the choices, `person` an officer by name, `digest` the SHA-256 of a document in hexadecimal."""
Engine = Literal["measure", "holds", "flags", "requests", "incoming-holds"]
"""Which feature implements a kind: `holds` has limits by amount, `flags` warn payers, `incoming-holds` let what comes in wait, `requests` wait for a
partner's answer, else `measure`.
"""
Ending = Literal["done", "lapse", "lift", "refused", "replaced", "court"]
"""`done` carried out with nothing left to end, `replaced` by a stronger measure, `court` by a court's decision."""
RowPart = Literal["", "when", "where", "size", "harm", "paper"]
"""What a field says in the row of an action that waits: its hour, its place, how much, whom it harms, or the paper's number."""
Undo = Literal["withdraw", "lift", "none"]
"""How far back: `withdraw` only before it has left, `lift` also once in effect, `none` never (a lesson given)."""


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a form: its kind, unit and choices; `must` are the values that may pass.

    A value outside `must` may be entered, but then the action cannot be approved.
    """

    name: str
    kind: FieldKind
    label: Texts
    required: bool = True
    unit: str = ""
    choices: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    row: RowPart = ""

    @property
    def shown_label(self) -> Texts:
        """The label as people read it; that of a document says that the file is meant."""
        if self.kind != "digest":
            return self.label
        return Texts(f"{self.label.th} (ไฟล์)", f"{self.label.en} (file)")

    def is_blocking(self, value: Any) -> bool:
        """Whether this value blocks the action's approval."""
        said = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
        return bool(self.must) and said not in self.must


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A document that must be attached to an action before it may be approved. `check` names a function of
    `actions.prerequisites` that refuses contents which must not pass, "" where being complete is enough.
    `goes_along`: whether its contents are sent to the partner, or only its existence and digest.
    """

    id: str
    title: Texts
    why: Texts
    inputs: tuple[Input, ...]
    check: str = ""
    goes_along: bool = False

    def find_blocking_input(self, values: Mapping[str, Any]) -> Input | None:
        """The first field whose value blocks approval; None where none does."""
        return next(
            (one for one in self.inputs if one.name in values and one.is_blocking(values[one.name])), None
        )


@dataclass(frozen=True, slots=True)
class ActionKind:
    """A kind of action as declared: who proposes, approves and carries out, and what its form asks.

    `rules` are ids of `law/`: the first in force when decided is the legal basis. `apart` means that who proposes
    may never approve; `mass_above` is how many subjects make a mass measure, which needs two officers, apart:
    counted over a whole joint operation and over what one officer proposed of the kind within a day, so that nobody
    splits it. `mass_subjects` are sorts of subject of which one alone is many. `lapse_after` None means it has no
    end of its own (`ends` says how it ends). `asked` is what the partner is ordered to do, `undoes` the order
    when the action is taken back. `harms` is whom it may harm.
    """

    id: str
    pillar: Pillar
    engine: Engine
    title: Texts
    purpose: Texts
    harms: Texts
    asked: Texts
    undoes: Texts
    rules: tuple[str, ...]
    subjects: tuple[str, ...]
    partners: tuple[str, ...]
    proposes: tuple[Role, ...]
    approves: tuple[Role, ...]
    carries_out: tuple[Role, ...]
    approvers: int
    apart: bool
    mass_above: int | None
    mass_subjects: tuple[str, ...]
    decide_within: timedelta
    answer_within: timedelta
    warn_before: timedelta | None
    lapse_after: timedelta | None
    requires: tuple[str, ...]
    emits: tuple[Emission, ...]
    ends: tuple[Ending, ...]
    undo: Undo
    inputs: tuple[Input, ...]

    def count_approvers(self, subjects: int, sorts: Collection[str] = ()) -> int:
        """How many officers must approve an action on so many subjects, its own of these sorts."""
        # Never fewer than the kind asks for by itself.
        return max(self.approvers, 2) if self.is_mass_action(subjects, sorts) else self.approvers

    def is_mass_action(self, subjects: int, sorts: Collection[str] = ()) -> bool:
        """Whether an action on so many subjects, its own of these sorts, is a mass measure."""
        # A feeder alone may have a village behind it: some sorts are many however few are named.
        many = self.mass_above is not None and subjects > self.mass_above
        return many or not set(self.mass_subjects).isdisjoint(sorts)

    def is_proposer_excluded(self, subjects: int, sorts: Collection[str] = ()) -> bool:
        """Whether the proposer may not approve."""
        return self.apart or self.is_mass_action(subjects, sorts)


@cache
def load_kind_words(section: str) -> Mapping[str, Texts]:
    """The codes of a section of `words.toml` in both languages: choices, units, partners, endings, emissions, undo, made; and
    the kinds of `subjects`.
    """
    if section == "subjects":
        return WORDS
    return {code: Texts(**said) for code, said in _read_toml("words.toml")[section].items()}


@cache
def load_kinds() -> Mapping[str, ActionKind]:
    """Every kind by id, in the order of the pillars."""
    found = [
        _parse_kind(pillar, body)
        for pillar in PILLARS
        for body in _read_toml(f"{pillar}.toml").get("kinds", ())
    ]
    return {kind.id: kind for kind in found}


@cache
def load_prerequisites() -> Mapping[str, Prerequisite]:
    """Every document that a kind may require, by id."""
    found = [_parse_prerequisite(body) for body in _read_toml("prerequisites.toml").get("prerequisites", ())]
    return {one.id: one for one in found}


@cache
def list_input_names() -> frozenset[str]:
    """The names of every field that a kind or a document declares."""
    forms = [
        *(kind.inputs for kind in load_kinds().values()),
        *(paper.inputs for paper in load_prerequisites().values()),
    ]
    return frozenset(one.name for inputs in forms for one in inputs)


def load_kind(kind_id: str) -> ActionKind:
    """A kind by its id; raises NotFound."""
    found = load_kinds().get(kind_id)
    if found is None:
        raise NotFound("law.no-such-kind", kind=kind_id[:64])
    return found


def load_prerequisite(prerequisite_id: str) -> Prerequisite:
    """A prerequisite by its id; raises NotFound."""
    found = load_prerequisites().get(prerequisite_id)
    if found is None:
        raise NotFound("law.no-such-document", document=prerequisite_id[:64])
    return found


def _read_toml(name: str) -> dict[str, Any]:
    file = resources.files(__package__).joinpath(name)
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _parse_kind(pillar: Pillar, body: Mapping[str, Any]) -> ActionKind:
    # Hours in the data files; lawyers count statutory periods in hours.
    clocks = body["clocks"]
    return ActionKind(
        id=body["id"],
        pillar=pillar,
        # The default, as most kinds are plain actions.
        engine=body.get("engine", "measure"),
        title=Texts(**body["title"]),
        purpose=Texts(**body["purpose"]),
        harms=Texts(**body["harms"]),
        asked=Texts(**body["asked"]),
        undoes=Texts(**body["undoes"]),
        rules=tuple(body["rules"]),
        subjects=tuple(body["subjects"]),
        partners=tuple(body["partners"]),
        proposes=tuple(body["proposes"]),
        approves=tuple(body["approves"]),
        carries_out=tuple(body["carries_out"]),
        approvers=body["approvers"],
        apart=body["apart"],
        mass_above=body.get("mass_above"),
        mass_subjects=tuple(body.get("mass_subjects", ())),
        decide_within=timedelta(hours=clocks["decide_within_hours"]),
        answer_within=timedelta(hours=clocks["answer_within_hours"]),
        warn_before=_to_span(clocks.get("warn_before_hours")),
        lapse_after=_to_span(clocks.get("lapse_after_hours")),
        requires=tuple(body.get("requires", ())),
        emits=tuple(body["emits"]),
        ends=tuple(body["ends"]),
        undo=body["undo"],
        inputs=_parse_inputs(body),
    )


def _parse_prerequisite(body: Mapping[str, Any]) -> Prerequisite:
    return Prerequisite(
        id=body["id"],
        title=Texts(**body["title"]),
        why=Texts(**body["why"]),
        inputs=_parse_inputs(body),
        check=body.get("check", ""),
        goes_along=body["goes_along"],
    )


def _parse_inputs(body: Mapping[str, Any]) -> tuple[Input, ...]:
    return tuple(
        Input(
            name=field["name"],
            kind=field["kind"],
            label=Texts(**field["label"]),
            required=field.get("required", True),
            unit=field.get("unit", ""),
            choices=tuple(field.get("choices", ())),
            must=tuple(field.get("must", ())),
            row=field.get("row", ""),
        )
        for field in body.get("inputs", ())
    )


def _to_span(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(hours=number)
