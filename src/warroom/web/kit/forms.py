"""Forms made from declarations: fields to fill in, what was typed read back, and filled fields as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from warroom.bilingual import dates
from warroom.bilingual.texts import Texts
from warroom.clock import parse_instant
from warroom.law.kinds.declarations import Input, words
from warroom.sentences.sentence import Sentence, told
from warroom.web.kit.formats import Say

LONGEST = 20_000
COUNTED = ("clinics", "homes", "people", "places", "reminders", "reports", "schools", "terminals")
"""Units that say what is counted, as the label beside the figure does already."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field as its page shows it. `choices` are codes with their words, `value` what was typed before; `problem` says
    beside it what does not fit.
    """

    name: str
    kind: str
    label: str
    required: bool
    unit: str
    choices: tuple[tuple[str, str], ...]
    value: str
    wrong: bool
    problem: str


def form_of(
    inputs: tuple[Input, ...],
    say: Say,
    prefix: str,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
) -> list[Field]:
    """The fields of a declaration. `problem` is a service's sentence about what was typed: it names a field or none."""
    wrong, typed = field_named(problem), typed or {}
    return [
        _field(
            one,
            say,
            prefix,
            typed.get(prefix + one.name, ""),
            told(problem, say.language) if one.name == wrong else "",
        )
        for one in inputs
    ]


def field_named(problem: str) -> str:
    """The field that a service's sentence says is missing or does not fit; empty where it says something else."""
    if isinstance(problem, Sentence) and problem.code in ("actions.field-missing", "actions.field-unfit"):
        return str(problem.params["field"])
    return ""


def _field(one: Input, say: Say, prefix: str, value: str, problem: str) -> Field:
    codes = ("yes", "no") if one.kind == "yes-no" else one.choices
    return Field(
        name=prefix + one.name,
        kind=one.kind,
        label=said(one.label, say),
        required=one.required,
        unit=_unit(one, say),
        choices=tuple((code, word("choices", code, say)) for code in codes),
        value=value,
        wrong=bool(problem),
        problem=problem,
    )


def typed(form: FormData) -> dict[str, str]:
    """Everything that was typed, for showing it again; the hidden fields are made anew."""
    return {
        name: str(value)[:LONGEST]
        for name, value in form.multi_items()
        if name not in ("csrf", "key", "digest")
    }


def read(inputs: tuple[Input, ...], form: Mapping[str, str], prefix: str, zone: ZoneInfo) -> dict[str, Any]:
    """The values for the services. What cannot be read goes on as typed, and the service says what does not fit."""
    found = {one.name: _read(one, form.get(prefix + one.name, "").strip(), zone) for one in inputs}
    return {name: value for name, value in found.items() if value not in ("", [])}


def _read(one: Input, text: str, zone: ZoneInfo) -> Any:
    if one.kind == "number":
        return _number(text)
    if one.kind == "money":
        return text.replace(",", "")
    if one.kind == "moment":
        return moment(text, zone) or text
    if one.kind == "yes-no":
        return {"yes": True, "no": False}.get(text, text)
    return lines(text) if one.kind == "list" else text.replace("\r\n", "\n")


def _number(text: str) -> int | float | str:
    try:
        number = Decimal(text.replace(",", ""))
        return int(number) if number == number.to_integral_value() else float(number)
    except (InvalidOperation, ValueError, OverflowError):
        return text


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A local time as a form writes it or as people type it; None where there is none or it cannot be read."""
    return dates.moment(text, zone)


def lines(text: str) -> list[str]:
    """The lines of a field that takes one thing a line, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def parted(line: str) -> list[str]:
    """The parts of a line `this | that`, stripped."""
    return [part.strip() for part in line.split("|")]


def shown(inputs: tuple[Input, ...], values: Mapping[str, Any], say: Say) -> list[tuple[str, str]]:
    """The filled fields of a declaration in its order: labels and values in the reader's language."""
    kept = [one for one in inputs if values.get(one.name) not in (None, "", [])]
    return [(said(one.label, say), _shown(one, values[one.name], say)) for one in kept]


def _shown(one: Input, value: Any, say: Say) -> str:
    unit = f" {_unit(one, say)}" if _unit(one, say) else ""
    if one.kind == "moment":
        return say.moment(parse_instant(str(value)))
    if one.kind == "money":
        return say.baht(int(Decimal(str(value)) * 100)) + (unit or f" {word('units', 'THB', say)}")
    if one.kind == "number":
        return f"{value:,}{unit}"
    if one.kind == "list":
        return ", ".join(map(str, value))
    code = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return word("choices", code, say) if one.kind in ("code", "yes-no") else code


def _unit(one: Input, say: Say) -> str:
    return word("units", one.unit, say) if one.unit and one.unit not in COUNTED else ""


def word(section: str, code: str, say: Say) -> str:
    """A code of the declarations in the reader's language; one that they do not know stands as it is."""
    return said(words(section).get(code, Texts(code, code)), say)


def said(texts: Texts, say: Say) -> str:
    """A sentence that comes in both languages."""
    return texts.th if say.language == "th" else texts.en
