"""From an order to what its letter says, in both languages."""

import hashlib
import tomllib
import unicodedata
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Literal
from zoneinfo import ZoneInfo

from warroom import settings
from warroom.bilingual.texts import BUDDHIST, Texts, baht, local
from warroom.errors import ExchangeError, PaperError
from warroom.law.kinds.declarations import words
from warroom.orders.order_content import Detail, OrderFacts
from warroom.orders.views import OrderView
from warroom.papers import render

Language = Literal["th", "en"]
_SECOND = ("year", "month", "day", "hour", "minute", "second")


def write(order: OrderView, facts: OrderFacts, message: bytes) -> bytes:
    """The order's letter as PDF; `message` are the bytes it goes with. Raises ExchangeError where it cannot be set."""
    try:
        return render.render(template(), contents(order, facts, message), order.made_at)
    except PaperError as problem:
        raise ExchangeError.like(problem) from None


@cache
def template() -> str:
    """The letter's form; it finds `contents` as its data."""
    return resources.files(__package__).joinpath("letter.typ").read_text(encoding="utf-8")


def contents(order: OrderView, facts: OrderFacts, message: bytes) -> dict[str, Any]:
    """All the letter says, as the template reads it."""
    said: dict[str, Any] = _seen(_contents(order, facts, message))
    return said


def _contents(order: OrderView, facts: OrderFacts, message: bytes) -> dict[str, Any]:
    made = order.made_at.astimezone(ZoneInfo(settings.text("WARROOM_TIMEZONE")))
    exercise = _words()["exercise"] if order.exercise else {}
    return {
        "title": f"{facts.title.th} / {facts.title.en}",
        "author": facts.sender.en,
        "created": {name: getattr(made, name) for name in _SECOND},
        "number": facts.number,
        "exercise": exercise.get("banner"),
        "watermark": exercise.get("watermark"),
        "foot": f"{facts.number} · {order.order_id}",
        "th": _side("th", order, facts, hashlib.sha256(message).hexdigest()),
        "en": _side("en", order, facts, hashlib.sha256(message).hexdigest()),
    }


def _seen(value: Any) -> Any:
    """Signs that nobody sees, among them those that turn the order of letters round, are named instead."""
    if isinstance(value, str):
        return "".join(map(_sign, value))
    if isinstance(value, dict):
        return {name: _seen(one) for name, one in value.items()}
    return [_seen(one) for one in value] if isinstance(value, list) else value


def _sign(sign: str) -> str:
    hidden = sign != "\n" and unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs")
    return f"[U+{ord(sign):04X}]" if hidden else sign


def _side(language: Language, order: OrderView, facts: OrderFacts, digest: str) -> dict[str, Any]:
    said = _words()[language]
    asked = _in(facts.asked, language)
    notice = _in(order.notice, language)
    return {
        "lang": language,
        "words": said,
        "sender": _in(facts.sender, language),
        "addressee": _in(facts.addressee, language),
        "date": date(order.made_at, language),
        "title": said.get(order.kind, "") + _in(facts.title, language),
        "reference": _reference(order, facts, said),
        "opening": said["opening"].format(
            purpose=_in(facts.purpose, language), citation=_in(facts.citation, language)
        ),
        "asked": said["asked"].format(asked=asked),
        "notice": "" if notice == asked else notice,
        "subjects": _subjects(facts, language),
        "details": [*_terms(order, said, language), *_details(facts.details, language)],
        "documents": [[_in(one.title, language), one.sha256] for one in facts.documents],
        "enclosed": [
            {"title": _in(one.title, language), "details": _details(one.contents, language)}
            for one in facts.documents
            if one.contents
        ],
        "deadline": _deadline(facts, said, language),
        "closing": said["closing"],
        "signatories": _signatories(facts, said, language),
        "receipt": said["receipt"].format(digest=digest, order=order.order_id),
    }


def _reference(order: OrderView, facts: OrderFacts, said: dict[str, Any]) -> str:
    case = f" · {said['case']} {order.case}" if order.case else ""
    return f"{facts.reference}{case} · {said['order']} {order.order_id}"


def _subjects(facts: OrderFacts, language: Language) -> list[list[str]]:
    known = words("subjects")
    return [
        [str(place), _in(known.get(one.kind, Texts(one.kind, one.kind)), language), one.id, one.note]
        for place, one in enumerate(facts.subjects, 1)
    ]


def _terms(order: OrderView, said: dict[str, Any], language: Language) -> list[list[str]]:
    """Amount and end, which stand in the order itself; a request has its deadline for an end."""
    unit = _in(words("units")["THB"], language)
    amount = [[said["amount"], f"{baht(order.amount)} {unit}"]] if order.amount else []
    ends = order.until is not None and order.about == "measure"
    return [*amount, *([[said["until"], local(order.until, language)]] if ends and order.until else [])]


def _details(found: tuple[Detail, ...], language: Language) -> list[list[str]]:
    return [[_in(one.label, language), _in(one.read(), language)] for one in found]


def _deadline(facts: OrderFacts, said: dict[str, Any], language: Language) -> str:
    if facts.deadline is None:
        return str(said["no_deadline"])
    return str(said["deadline"]).format(deadline=local(facts.deadline, language))


def _signatories(facts: OrderFacts, said: dict[str, Any], language: Language) -> list[dict[str, str]]:
    return [
        {"name": one.name, "agency": one.agency, "at": said["approved"].format(at=local(one.at, language))}
        for one in facts.signatories
    ]


def date(moment: datetime, language: Language) -> str:
    """A day as a Thai letter writes it, with both eras: 24 พฤศจิกายน พ.ศ. 2569 (ค.ศ. 2026)."""
    here = moment.astimezone(ZoneInfo(settings.text("WARROOM_TIMEZONE")))
    if language == "th":
        return f"{here.day} {_words()['months']['th'][here.month - 1]} พ.ศ. {here.year + BUDDHIST} (ค.ศ. {here.year})"
    return f"{here.day} {here:%B} {here.year} (B.E. {here.year + BUDDHIST})"


def _in(said: Texts, language: Language) -> str:
    return said.th if language == "th" else said.en


@cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
