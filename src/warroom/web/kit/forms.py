"""Forms declared as data: one template shows their fields, what was typed is read here, and stands in them again where
it is refused.

A step of a page declares its fields itself; kinds of action and documents declare theirs in `law/kinds`, and become
the same fields (`build_fields`). Services check what a declaration asks for, so what cannot be read there goes on as typed
(`parse_inputs`); a step's field that cannot be read is refused here (`parse_step_form`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import clock
from warroom.bilingual import dates
from warroom.bilingual.texts import Texts
from warroom.clock import parse_instant
from warroom.errors import NotAllowed, NotFound, NotPossible, WarroomError
from warroom.law.kinds.declarations import Input, load_kind_words
from warroom.sentences.catalogue import find_word
from warroom.sentences.sentence import Sentence
from warroom.web.kit.api import FIRST, LAST, parse_satang
from warroom.web.kit.formats import Say
from warroom.web.kit.pages import say_for
from warroom.web.kit.words.mark import N_

# Characters of a field; longer than any that a service accepts. Chosen, not measured.
LONGEST = 4_000
# Characters of a field with one thing a line, such as a list of accounts. Chosen, not measured.
LONGEST_LIST = 20_000
REFUSALS = (NotPossible, NotFound, NotAllowed)
NAMING = (
    "actions.field-missing",
    "actions.field-unfit",
    "actions.file-missing",
    "assets.detail-missing",
    "assets.detail-unfit",
)
"""Codes of errors whose `field` parameter names the invalid field; pages say them by its label."""
FormFieldKind = Literal[
    "line",
    "area",
    "list",
    "moment",
    "past",
    "minute",
    "money",
    "number",
    "digest",
    "choice",
    "yes-no",
    "hidden",
    "pick",
]
"""`pick` is a subject, searched for while one types: its options are the kinds that it may be, with spaces between.

`past` is a moment that lies behind, now where it is empty; `minute` a moment without seconds; `area` has several lines,
`list` one thing a line; `money` is read as baht, `number` as it stands; `digest` the file of a document or its SHA-256.
"""
DECLARED: Mapping[str, FormFieldKind] = {
    "text": "area",
    "code": "choice",
    "money": "number",
    "moment": "minute",
    "person": "line",
}
"""Kinds of declared inputs -> kinds of form fields, where the names differ."""
EXAMPLES: Mapping[str, str] = {
    "money": "12,500.50",
    "number": "12",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
"""Examples for fields by kind."""
SHA256 = re.compile(r"[0-9a-f]{64}")
COUNTED = ("clinics", "homes", "people", "places", "reminders", "reports", "schools", "terminals")
"""Units that are not shown, since the label already says what is counted."""
ONE_A_LINE = N_("one a line")


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. `options` are a choice's codes with their words, or the name under which its page has them; `unit`
    stands beside the label, `optional` where the field need not be filled, `blank` where nothing is chosen. `most` 0 is
    the longest that its kind takes.
    """

    name: str
    label: str
    kind: FormFieldKind = "line"
    required: bool = True
    options: str | tuple[tuple[str, str], ...] = ""
    unit: str = ""
    pattern: str = ""
    most: int = 0
    rows: int = 3
    optional: str = N_("may be empty")
    blank: str = ""
    said: bool = False
    """Whether the label is in the reader's language already."""
    many: bool = False
    """Whether it takes several, a row each; they are read as lines."""
    example: str = ""
    """What would be right in it, where its kind does not say that by itself."""

    def example_in(self, say: Say) -> str:
        """What would be right in it, in the reader's language; empty where a few words of any kind would be."""
        if self.kind in ("moment", "past", "minute"):
            return say.moment(say.now)
        first = self.options.split()[0] if self.kind == "pick" and isinstance(self.options, str) else ""
        if self.example:
            return say.catalog.gettext(self.example)
        return find_word("pages.example", first, say.language) or EXAMPLES.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class FormStep:
    """The form of a step: `title` opens it, `button` sends it, `note` says what follows. A `grave` one cannot be undone
    and stands apart from the others, with its note.
    """

    id: str
    title: str
    button: str
    fields: tuple[FormField, ...] = ()
    note: str = ""
    grave: bool = False


def make_step(
    fields: Mapping[str, FormField],
    verb: str,
    title: str,
    button: str,
    names: str = "",
    note: str = "",
    *,
    grave: bool = False,
) -> FormStep:
    """A step whose fields are `names` from a table of fields, in this order."""
    return FormStep(verb, title, button, tuple(fields[name] for name in names.split()), note, grave)


def index_steps(*steps: FormStep) -> dict[str, FormStep]:
    """Steps by their verb, in their order."""
    return {step.id: step for step in steps}


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A submitted form: its name, its values, and the reason of its refusal in the reader's language."""

    at: str = ""
    problem: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""
    """The field that could not be parsed; the error is shown at it."""

    def get_value(self, step: str, name: str, otherwise: str = "") -> str:
        """What stood in a field of a step; something else where the step was not the refused one."""
        return self.values.get(name, otherwise) if step == self.at else otherwise

    def is_unfit(self, step: str, name: str) -> bool:
        """Whether a field of a step is the one that could not be read; a declaration's name may have a prefix here."""
        return bool(self.wrong) and step == self.at and f"-{name}".endswith(f"-{self.wrong}")


class UnfitField(NotPossible):
    """A field of a form cannot be read; `field` names it."""

    def __init__(self, said: str, field: str) -> None:
        super().__init__(said)
        self.field = field


NOTHING_TYPED = TypedForm()


def run_form_action(
    request: Request,
    at: str,
    form: FormData,
    act: Callable[[], str],
    show: Callable[[TypedForm, int], Response],
    refusals: tuple[type[WarroomError], ...] = REFUSALS,
) -> Response:
    """Do what a form asks and go to the address that `act` answers; or show its page again with why not."""
    try:
        # Redirect after POST: reloading a page that answers the POST would send the form a second time.
        return RedirectResponse(act(), 303)
    except refusals as refusal:
        try:
            return show(describe_refusal(request, at, form, refusal), refusal.http_status)
        except NotAllowed:
            # An officer may act without a right to the form's page: the answer gives the reason of the refusal, not a closed page.
            raise refusal from None


def describe_refusal(request: Request, at: str, form: FormData, refusal: WarroomError) -> TypedForm:
    """What a refused form held, and why it was refused."""
    named = str(refusal.params["field"]) if refusal.code in NAMING else ""
    wrong = refusal.field if isinstance(refusal, UnfitField) else named or _find_blank_field(request, form)
    sentence = _name_by_label(refusal).render_in(say_for(request).language)
    return TypedForm(at, sentence, collect_typed_fields(form), wrong)


def _find_blank_field(request: Request, form: FormData) -> str:
    """The first field that a step needs and nobody filled: what its service asks for; empty where all are filled."""
    step: FormStep | None = getattr(request.state, "step_form", None)
    needed = (
        [field for field in step.fields if field.required and field.kind not in ("past", "hidden")]
        if step
        else []
    )
    return next((field.name for field in needed if not _read_field_text(form, field)), "")


def _name_by_label(refusal: WarroomError) -> WarroomError | Sentence:
    """An error of a declared field as people know it: by its label, without the name that programs use."""
    # With the words of both languages: an error's own `params` have those of programs.
    params = refusal.said.params if isinstance(refusal.said, Sentence) else {}
    if refusal.code in ("actions.field-missing", "assets.detail-missing"):
        return Sentence("pages.field-missing", label=params["label"])
    if refusal.code == "actions.field-unfit":
        return Sentence("pages.field-unfit", label=params["label"], wanted=params["wanted"])
    if refusal.code == "assets.detail-unfit":
        return Sentence("pages.field-misshapen", label=params["label"])
    if refusal.code == "actions.file-missing":
        return Sentence("pages.file-of-missing", what=params["what"])
    return refusal


def collect_typed_fields(form: FormData) -> dict[str, str]:
    """Everything that was typed, for showing it again; the hidden fields are made again. Fields of one name are the lines
    of one.
    """
    # The digest too: the officer must approve what the new page shows, and not what an earlier one showed.
    hidden = ("csrf", "key", "digest")
    return {
        name: "\n".join(map(str, form.getlist(name)))[:LONGEST_LIST] for name in form if name not in hidden
    }


def require_step(steps: Mapping[str, FormStep], name: str) -> FormStep:
    """The step that an address names; raises NotPossible."""
    if name not in steps:
        raise NotPossible("assets.no-such-step")
    return steps[name]


def parse_step_form(request: Request, step: FormStep, form: FormData) -> dict[str, Any]:
    """What a form says, by field: text, satang, or a moment; None where nothing was given. Raises NotPossible."""
    # Its refusal, which a service raises without naming a field, is shown at the field that is blank.
    request.state.step_form = step
    return {one.name: _parse_step_field(request, one, _read_field_text(form, one)) for one in step.fields}


def _read_field_text(form: FormData, one: FormField) -> str:
    if not one.many:
        return read_text_field(form, one.name)
    return "\n".join(filter(None, (str(said).strip() for said in form.getlist(one.name))))[:LONGEST_LIST]


def _parse_step_field(request: Request, one: FormField, said: str) -> Any:
    try:
        return _parse_field_value(request, one, said)
    except NotPossible as refusal:
        raise UnfitField(refusal.said, one.name) from None


def _parse_field_value(request: Request, form_field: FormField, answer: str) -> Any:
    if form_field.kind in ("moment", "past"):
        if not answer and (form_field.kind == "past" or not form_field.required):
            return clock.get_now() if form_field.kind == "past" else None
        entered_at = parse_local_time(request, answer)
        # An officer's clock may run fast: a time slightly in the future is taken as now.
        return min(entered_at, clock.get_now()) if form_field.kind == "past" else entered_at
    if form_field.kind == "digest":
        return _parse_digest(form_field, answer.lower())
    if form_field.kind == "money":
        return parse_baht(answer) if answer or form_field.required else None
    return answer


def _parse_digest(form_field: FormField, digest: str) -> str:
    """A document's SHA-256 as it is kept, "" for none; raises NotPossible."""
    if not digest and form_field.required:
        raise NotPossible("pages.file-missing")
    if digest and not SHA256.fullmatch(digest):
        raise NotPossible("pages.fingerprint-unfit", example=EXAMPLES["digest"])
    return digest


def read_text_field(form: FormData, name: str) -> str:
    """A field's words without the space around them, never longer than a form may hold."""
    # Browsers send line ends as CRLF (HTML Standard); what is stored and hashed has only LF.
    return str(form.get(name, "")).strip().replace("\r\n", "\n")[:LONGEST]


def parse_local_time(request: Request, said: str) -> datetime:
    """A local time as a form writes it or as people type it, Buddhist years too; raises NotPossible."""
    zoned = dates.parse_moment(said, say_for(request).zone)
    if zoned is None or not FIRST <= zoned <= LAST:
        raise NotPossible("pages.time-unread")
    return zoned


def format_field_time(say: Say, at: datetime) -> str:
    """A local time for an address, to the second; fields of forms write it as people do (`Say.moment`)."""
    return say.to_local(at).strftime("%Y-%m-%dT%H:%M:%S")


def parse_baht(said: str) -> int:
    """Baht as people write them, in satang; raises NotPossible."""
    try:
        return parse_satang(said.replace(",", "").replace(" ", ""))
    except ValueError:
        raise NotPossible("pages.amount-unread") from None


def build_fields(inputs: tuple[Input, ...], say: Say, prefix: str) -> tuple[FormField, ...]:
    """The fields of a declaration in the reader's language, their names after a prefix."""
    return tuple(_build_field(one, say, prefix) for one in inputs)


def _build_field(declared_input: Input, say: Say, prefix: str) -> FormField:
    _ = say.catalog.gettext
    codes = ("yes", "no") if declared_input.kind == "yes-no" else declared_input.choices
    beside = (f", {_format_unit(declared_input, say)}" if _format_unit(declared_input, say) else "") + (
        f" · {_(ONE_A_LINE)}" if declared_input.kind == "list" else ""
    )
    kind: Any = DECLARED.get(declared_input.kind, declared_input.kind)
    return FormField(
        # Prefixed: one page may show several declarations with fields of the same name.
        prefix + declared_input.name,
        render_texts(declared_input.shown_label, say) + beside,
        kind,
        declared_input.required,
        tuple((code, format_declared_code("choices", code, say)) for code in codes),
        rows=0,
        optional=N_("if known"),
        blank=N_("Choose"),
        said=True,
    )


def parse_inputs(
    inputs: tuple[Input, ...], form: Mapping[str, str], prefix: str, zone: ZoneInfo
) -> dict[str, Any]:
    """The values for the services. What cannot be read goes on as typed, and the service says what does not fit."""
    found = {one.name: _parse_input(one, form.get(prefix + one.name, "").strip(), zone) for one in inputs}
    return {name: value for name, value in found.items() if value not in ("", [])}


def _parse_input(declared_input: Input, text: str, zone: ZoneInfo) -> Any:
    if declared_input.kind == "number":
        return _parse_number(text)
    if declared_input.kind == "money":
        return text.replace(",", "")
    if declared_input.kind == "moment":
        return dates.parse_moment(text, zone) or text
    if declared_input.kind == "yes-no":
        return {"yes": True, "no": False}.get(text, text)
    if declared_input.kind == "digest":
        return text.lower()
    return split_lines(text) if declared_input.kind == "list" else text.replace("\r\n", "\n")


def _parse_number(text: str) -> int | float | str:
    try:
        number = Decimal(text.replace(",", ""))
        return int(number) if number == number.to_integral_value() else float(number)
    except (InvalidOperation, ValueError, OverflowError):
        # Decimal also parses "inf" and "nan", which cannot become an integer.
        return text


def split_lines(text: str) -> list[str]:
    """The lines of a field that takes one thing a line, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def split_parts(line: str) -> list[str]:
    """The parts of a line `this | that`, stripped."""
    return [part.strip() for part in line.split("|")]


def format_inputs(inputs: tuple[Input, ...], values: Mapping[str, Any], say: Say) -> list[tuple[str, str]]:
    """The filled fields of a declaration in its order: labels and values in the reader's language."""
    kept = [one for one in inputs if values.get(one.name) not in (None, "", [])]
    return [(render_texts(one.shown_label, say), _format_input(one, values[one.name], say)) for one in kept]


def _format_input(declared_input: Input, value: Any, say: Say) -> str:
    unit = f" {_format_unit(declared_input, say)}" if _format_unit(declared_input, say) else ""
    if declared_input.kind == "moment":
        return say.moment(parse_instant(str(value)))
    if declared_input.kind == "money":
        return say.baht(int(Decimal(str(value)) * 100)) + (
            unit or f" {format_declared_code('units', 'THB', say)}"
        )
    if declared_input.kind == "number":
        return f"{value:,}{unit}"
    if declared_input.kind == "list":
        return ", ".join(map(str, value))
    code = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return format_declared_code("choices", code, say) if declared_input.kind in ("code", "yes-no") else code


def _format_unit(one: Input, say: Say) -> str:
    return format_declared_code("units", one.unit, say) if one.unit and one.unit not in COUNTED else ""


def format_declared_code(section: str, code: str, say: Say) -> str:
    """A code of the declarations in the reader's language; an unknown code is shown unchanged."""
    return render_texts(load_kind_words(section).get(code, Texts(code, code)), say)


def render_texts(texts: Texts, say: Say) -> str:
    """A sentence that comes in both languages."""
    return texts.th if say.language == "th" else texts.en
