"""Builds the content of an order's letter, in both languages."""

import hashlib
import tomllib
import unicodedata
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, Literal
from zoneinfo import ZoneInfo

from warroom import settings
from warroom.bilingual.texts import BUDDHIST, Texts, format_baht, format_local_time
from warroom.errors import ExchangeError, PaperError
from warroom.law.kinds.declarations import load_kind_words
from warroom.orders.order_content import Detail, OrderFacts
from warroom.orders.views import OrderView
from warroom.papers import render

Language = Literal["th", "en"]
_SECOND = ("year", "month", "day", "hour", "minute", "second")


def render_letter(order: OrderView, facts: OrderFacts, message: bytes) -> bytes:
    """The order's letter as PDF; `message` is the message it accompanies. Raises ExchangeError where it cannot be typeset."""
    try:
        return render.render(load_template(), build_contents(order, facts, message), order.made_at)
    except PaperError as problem:
        raise ExchangeError.from_error(problem) from None


@cache
def load_template() -> str:
    """The letter's form; it finds `build_contents` as its data."""
    return resources.files(__package__).joinpath("letter.typ").read_text(encoding="utf-8")


def build_contents(order: OrderView, facts: OrderFacts, message: bytes) -> dict[str, Any]:
    """The letter's content, in the form that the template reads."""
    said: dict[str, Any] = _expose_hidden_signs(_collect_contents(order, facts, message))
    return said


def _collect_contents(order: OrderView, facts: OrderFacts, message: bytes) -> dict[str, Any]:
    made = order.made_at.astimezone(ZoneInfo(settings.get_text("WARROOM_TIMEZONE")))
    exercise = _load_words()["exercise"] if order.exercise else {}
    return {
        "title": f"{facts.title.th} / {facts.title.en}",
        "author": facts.sender.en,
        "created": {name: getattr(made, name) for name in _SECOND},
        "number": facts.number,
        "exercise": exercise.get("banner"),
        "watermark": exercise.get("watermark"),
        "foot": f"{facts.number} · {order.order_id}",
        "th": _build_side("th", order, facts, hashlib.sha256(message).hexdigest()),
        "en": _build_side("en", order, facts, hashlib.sha256(message).hexdigest()),
    }


def _expose_hidden_signs(value: Any) -> Any:
    """Invisible characters, among them those that reverse the writing direction, replaced by their code point."""
    if isinstance(value, str):
        return "".join(map(_expose_sign, value))
    if isinstance(value, dict):
        return {name: _expose_hidden_signs(one) for name, one in value.items()}
    return [_expose_hidden_signs(one) for one in value] if isinstance(value, list) else value


def _expose_sign(sign: str) -> str:
    hidden = sign != "\n" and unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs")
    return f"[U+{ord(sign):04X}]" if hidden else sign


def _build_side(language: Language, order: OrderView, facts: OrderFacts, digest: str) -> dict[str, Any]:
    letter_words = _load_words()[language]
    asked = _choose_text(facts.asked, language)
    notice = _choose_text(order.notice, language)
    return {
        "lang": language,
        "words": letter_words,
        "sender": _choose_text(facts.sender, language),
        "addressee": _choose_text(facts.addressee, language),
        "date": format_date(order.made_at, language),
        "title": letter_words.get(order.kind, "") + _choose_text(facts.title, language),
        "reference": _format_reference(order, facts, letter_words),
        "opening": letter_words["opening"].format(
            purpose=_choose_text(facts.purpose, language), citation=_choose_text(facts.citation, language)
        ),
        "asked": letter_words["asked"].format(asked=asked),
        "notice": "" if notice == asked else notice,
        "subjects": _build_subjects(facts, language),
        "details": [*_build_terms(order, letter_words, language), *_build_details(facts.details, language)],
        "documents": [
            [_choose_text(document.title, language), document.sha256] for document in facts.documents
        ],
        "enclosed": [
            {
                "title": _choose_text(document.title, language),
                "details": _build_details(document.contents, language),
            }
            for document in facts.documents
            if document.contents
        ],
        "deadline": _format_deadline(facts, letter_words, language),
        "closing": letter_words["closing"],
        "signatories": _build_signatories(facts, letter_words, language),
        "receipt": letter_words["receipt"].format(digest=digest, order=order.order_id),
    }


def _format_reference(order: OrderView, facts: OrderFacts, said: dict[str, Any]) -> str:
    case = f" · {said['case']} {order.case}" if order.case else ""
    return f"{facts.reference}{case} · {said['order']} {order.order_id}"


def _build_subjects(facts: OrderFacts, language: Language) -> list[list[str]]:
    known = load_kind_words("subjects")
    return [
        [str(place), _choose_text(known.get(one.kind, Texts(one.kind, one.kind)), language), one.id, one.note]
        for place, one in enumerate(facts.subjects, 1)
    ]


def _build_terms(order: OrderView, labels: dict[str, Any], language: Language) -> list[list[str]]:
    """Amount and end, which are fields of the order itself; a request has a deadline instead of an end."""
    unit = _choose_text(load_kind_words("units")["THB"], language)
    amount = [[labels["amount"], f"{format_baht(order.amount)} {unit}"]] if order.amount else []
    ends = order.until is not None and order.about == "measure"
    return [
        *amount,
        *([[labels["until"], format_local_time(order.until, language)]] if ends and order.until else []),
    ]


def _build_details(found: tuple[Detail, ...], language: Language) -> list[list[str]]:
    return [[_choose_text(one.label, language), _choose_text(one.format_value(), language)] for one in found]


def _format_deadline(facts: OrderFacts, said: dict[str, Any], language: Language) -> str:
    if facts.deadline is None:
        return str(said["no_deadline"])
    return str(said["deadline"]).format(deadline=format_local_time(facts.deadline, language))


def _build_signatories(facts: OrderFacts, labels: dict[str, Any], language: Language) -> list[dict[str, str]]:
    return [
        {
            "name": signatory.name,
            "agency": signatory.agency,
            "at": labels["approved"].format(at=format_local_time(signatory.at, language)),
        }
        for signatory in facts.signatories
    ]


def format_date(moment: datetime, language: Language) -> str:
    """A day as a Thai letter writes it, with both eras: 24 พฤศจิกายน พ.ศ. 2569 (ค.ศ. 2026)."""
    here = moment.astimezone(ZoneInfo(settings.get_text("WARROOM_TIMEZONE")))
    if language == "th":
        return f"{here.day} {_load_words()['months']['th'][here.month - 1]} พ.ศ. {here.year + BUDDHIST} (ค.ศ. {here.year})"
    return f"{here.day} {here:%B} {here.year} (B.E. {here.year + BUDDHIST})"


def _choose_text(said: Texts, language: Language) -> str:
    return said.th if language == "th" else said.en


@cache
def _load_words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
