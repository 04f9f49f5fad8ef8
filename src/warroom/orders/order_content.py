"""The content of an order that is no hold, frozen when it is made: message and letter contain this and nothing
else, whatever changes later in the kind, the law or the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from warroom.bilingual import texts
from warroom.bilingual.texts import Texts
from warroom.clock import parse_instant
from warroom.law.kinds.declarations import Input, Prerequisite, load_kind_words
from warroom.ledger.canonical_json import to_json_value
from warroom.marking import Mark, MarkOf
from warroom.subjects.kinds import MARKS

NOT_SAID = Texts("", "")
MARKS_OF_KINDS = {word: mark for word, mark in MARKS.items() if word != "device"}
"""The mark of a subject's id, by its kind. A device whose records a partner must keep is named openly, as a page is."""
SubjectId = Annotated[str, MarkOf("kind", MARKS_OF_KINDS)]
SubjectNote = Annotated[str, MarkOf("kind", MARKS_OF_KINDS, masked_as=Mark.PERSONAL)]
"""A free-text note on a masked id is masked as personal data, without any readable characters."""


@dataclass(frozen=True, slots=True)
class OrderSubject:
    """Whom or what an action is about.

    A feeder, a number, a page, an account. `note` helps the partner find it.
    """

    kind: str
    id: SubjectId
    note: SubjectNote = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """One field of what was decided: its value as written down. `said` is how it is read, where that is not the value
    with its unit.
    """

    name: str
    label: Texts
    value: str
    unit: str = ""
    said: Texts = NOT_SAID

    def format_value(self) -> Texts:
        """The value with its unit in both languages."""
        unit = load_kind_words("units").get(self.unit, Texts(self.unit, self.unit))
        return (
            self.said
            if self.said.en
            else Texts(_append_unit(self.value, unit.th), _append_unit(self.value, unit.en))
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A document the order rests on; the partner can check its copy by the digest. `contents` are its fields where the
    declaration lets them go along.
    """

    title: Texts
    name: str
    sha256: str
    contents: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Signatory:
    """A named officer who approved."""

    name: str
    agency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Everything a message or letter says beside its id, partner, time and exercise mark.

    `kind` is the id of the kind of action or request, `number` the letter's own running number. `asked` is one
    sentence that says what the partner is to do. `deadline` is when its answer is due, `letter` whether a PDF in Thai
    and English lies beside the message.
    """

    kind: str
    title: Texts
    purpose: Texts
    rule: str
    rule_digest: str
    citation: Texts
    asked: Texts
    number: str
    reference: str
    sender: Texts
    addressee: Texts
    subjects: tuple[OrderSubject, ...]
    details: tuple[Detail, ...] = ()
    documents: tuple[Document, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    deadline: datetime | None = None
    letter: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the order's row keeps them."""
        body: dict[str, Any] = to_json_value(self)
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "OrderFacts":
        """Parse the facts of an order's row; raises KeyError where another version wrote them."""
        return cls(
            kind=body["kind"],
            rule=body["rule"],
            rule_digest=body["rule_digest"],
            number=body["number"],
            reference=body["reference"],
            letter=body["letter"],
            title=Texts(**body["title"]),
            purpose=Texts(**body["purpose"]),
            citation=Texts(**body["citation"]),
            asked=Texts(**body["asked"]),
            sender=Texts(**body["sender"]),
            addressee=Texts(**body["addressee"]),
            subjects=tuple(OrderSubject(**subject) for subject in body["subjects"]),
            details=_parse_details(body["details"]),
            documents=tuple(
                Document(
                    Texts(**document["title"]),
                    document["name"],
                    document["sha256"],
                    _parse_details(document["contents"]),
                )
                for document in body["documents"]
            ),
            signatories=tuple(
                Signatory(signatory["name"], signatory["agency"], parse_instant(signatory["at"]))
                for signatory in body["signatories"]
            ),
            deadline=parse_instant(body["deadline"]) if body["deadline"] else None,
        )


def _parse_details(bodies: Iterable[Mapping[str, Any]]) -> tuple[Detail, ...]:
    return tuple(
        Detail(**{**one, "label": Texts(**one["label"]), "said": Texts(**one["said"])}) for one in bodies
    )


def build_document(declared: Prerequisite, sha256: str, values: Mapping[str, Any]) -> Document:
    """A document as its order carries it: with its contents only where they may go along."""
    # Of other documents the partner gets the digest alone: it can verify a copy, but reads no content.
    contents = build_details(declared.inputs, values) if declared.goes_along else ()
    return Document(declared.title, declared.id, sha256, contents)


def build_details(inputs: tuple[Input, ...], values: Mapping[str, Any]) -> tuple[Detail, ...]:
    """The filled fields of a declaration in its order, as a partner reads them."""
    return tuple(
        Detail(
            field.name,
            field.shown_label,
            _format_plain(values[field.name]),
            field.unit,
            _format_input(field, values[field.name]),
        )
        for field in inputs
        # Zero and no are answers and stay; only empty fields are left out.
        if values.get(field.name) not in (None, "", [])
    )


def _format_plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_format_plain, value))
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _format_input(field: Input, value: Any) -> Texts:
    text = _format_plain(value)
    if field.kind == "moment":
        moment = parse_instant(text)
        return Texts(texts.format_local_time(moment, "th"), texts.format_local_time(moment, "en"))
    if field.kind == "money":
        amount, unit = f"{Decimal(text):,.2f}", load_kind_words("units")[field.unit]
        return Texts(f"{amount} {unit.th}", f"{amount} {unit.en}")
    if field.kind in ("code", "yes-no"):
        return load_kind_words("choices").get(text, Texts(text, text))
    return NOT_SAID


def _append_unit(number: str, unit: str) -> str:
    if unit in ("%", "ร้อยละ"):
        return f"{number} %"
    return f"{number} {unit}".strip()
