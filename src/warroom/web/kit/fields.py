"""Forms declared as data: a step's fields are shown by one template, read here, and shown again as they were typed
where the step is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import clock
from warroom.bilingual import dates
from warroom.errors import NotAllowed, NotFound, NotPossible, WarroomError
from warroom.ledger.officers import Officer
from warroom.web.kit.api import FIRST, LAST, satang
from warroom.web.kit.formats import Say
from warroom.web.kit.pages import say_for

LONGEST = 4_000
REFUSALS = (NotPossible, NotFound, NotAllowed)
Kind = Literal["line", "area", "moment", "past", "money", "choice", "hidden"]
"""`past` is a moment that lies behind, this one unless another is given; `area` has several lines."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `options` names the list that a choice offers; `unit` stands beside the label."""

    name: str
    label: str
    kind: Kind = "line"
    required: bool = True
    options: str = ""
    unit: str = ""
    pattern: str = ""
    most: int = 200


@dataclass(frozen=True, slots=True)
class Step:
    """Something that an officer may do next: `title` opens its form, `button` sends it, `note` says what follows."""

    id: str
    title: str
    button: str
    fields: tuple[Field, ...] = ()
    roles: tuple[str, ...] = ()
    note: str = ""

    def open_to(self, officer: Officer) -> bool:
        """Whether the officer has a role for it."""
        return officer.may(*self.roles)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was refused: which one, what stood in it, and why, in the reader's language."""

    at: str = ""
    problem: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""
    """The field that could not be read; the problem is said beside it."""

    def of(self, step: str, name: str, otherwise: str = "") -> str:
        """What stood in a field of a step; something else where the step was not the refused one."""
        return self.values.get(name, otherwise) if step == self.at else otherwise

    def unfit(self, step: str, name: str) -> bool:
        """Whether a field of a step is the one that could not be read."""
        return step == self.at and name == self.wrong


class Unfit(NotPossible):
    """A field of a form cannot be read; `field` names it."""

    def __init__(self, said: str, field: str) -> None:
        super().__init__(said)
        self.field = field


NOTHING_TYPED = Typed()


def attempt(
    request: Request, at: str, form: FormData, act: Callable[[], str], show: Callable[[Typed, int], Response]
) -> Response:
    """Do what a form asks and go to the address that `act` answers; or show its page again with why not."""
    try:
        return RedirectResponse(act(), 303)
    except REFUSALS as refusal:
        return show(refused(request, at, form, refusal), refusal.http_status)


def refused(request: Request, at: str, form: FormData, refusal: WarroomError) -> Typed:
    """What a refused form held, and why it was refused."""
    values = {name: str(value) for name, value in form.items() if name not in ("csrf", "key")}
    wrong = refusal.field if isinstance(refusal, Unfit) else ""
    return Typed(at, refusal.told(say_for(request).language), values, wrong)


def given(request: Request, step: Step, form: FormData) -> dict[str, Any]:
    """What a form says, by field: text, satang, or a moment; None where nothing was given. Raises NotPossible."""
    return {one.name: _read(request, one, text(form, one.name)) for one in step.fields}


def _read(request: Request, one: Field, said: str) -> Any:
    try:
        return _value(request, one, said)
    except NotPossible as refusal:
        raise Unfit(refusal.said, one.name) from None


def _value(request: Request, one: Field, said: str) -> Any:
    if one.kind in ("moment", "past"):
        if not said and (one.kind == "past" or not one.required):
            return clock.now() if one.kind == "past" else None
        found = moment(request, said)
        return min(found, clock.now()) if one.kind == "past" else found
    if one.kind == "money":
        return baht(said) if said or one.required else None
    return said


def text(form: FormData, name: str) -> str:
    """A field's words without the space around them, never longer than a form may hold."""
    return str(form.get(name, "")).strip().replace("\r\n", "\n")[:LONGEST]


def moment(request: Request, said: str) -> datetime:
    """A local time as a form writes it or as people type it, Buddhist years too; raises NotPossible."""
    zoned = dates.moment(said, say_for(request).zone)
    if zoned is None or not FIRST <= zoned <= LAST:
        raise NotPossible("pages.time-unread")
    return zoned


def local(say: Say, at: datetime) -> str:
    """A moment as a form's field writes it."""
    return say.local(at).strftime("%Y-%m-%dT%H:%M:%S")


def baht(said: str) -> int:
    """Baht as people write them, in satang; raises NotPossible."""
    try:
        return satang(said.replace(",", "").replace(" ", ""))
    except ValueError:
        raise NotPossible("pages.amount-unread") from None
