"""Whether a file of transfers is the statement of an account, and how its rows say which way money went."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warroom.records.guess.doubts import Doubt, doubt, quoted
from warroom.records.guess.matching import File
from warroom.records.guess.profile import Profile
from warroom.records.guess.words import bank_within, heading, known_value

_OWN = re.compile(
    r"(?:บัญชี|account|a/c|acct)(?! (?:enquir|inquir|service|support))[^0-9]{0,25}([0-9][0-9 -]{5,20}[0-9])",
    re.IGNORECASE,
)
_SIDES = {"from", "to", "other"}
_NO_AMOUNT = {
    "account",
    "bank",
    "name",
    "balance",
    "fee",
    "rate",
    "number",
    "reference",
    "note",
    "day",
    "time",
    "type",
}
_NO_ACCOUNT = {"name", "balance", "branch", "type", "opened", "bank", "amount", "day"}
NOTHING = re.compile(r"^[-+]?[0.,]*$")


@dataclass(frozen=True, slots=True)
class Stated:
    """[direction] as far as it is known, and what was not clear."""

    section: dict[str, Any]
    doubts: list[Doubt]


def direction(
    file: File, sides: Mapping[str, float], amount: str | None, titles: Sequence[str]
) -> Stated | None:
    """How a statement says which way money went; None where payer and payee are named, or nothing says a way.

    `sides` are the scores of the columns that were found for payer and payee, `amount` the one that was found for amounts.
    """
    if min(sides.get("payer", 0), sides.get("payee", 0)) >= 0.7:
        return None
    way, doubts = _way(file, amount)
    if way is None:
        return None
    own, more = _own(file, titles, set(_names(way)))
    return Stated({**own, **way}, [*doubts, *more])


def _names(way: Mapping[str, Any]) -> list[str]:
    return [each for each in (way.get("column"), way.get("out"), way.get("in")) if isinstance(each, str)]


def _way(file: File, amount: str | None) -> tuple[dict[str, Any] | None, list[Doubt]]:
    outs, ins = (_amounts(file, concept) for concept in ("out", "in"))
    pairs = [(a, b) for a in outs for b in ins if a.name != b.name and _one_of_two(a, b)]
    if pairs:
        found = {"out": pairs[0][0].name, "in": pairs[0][1].name}
        others = [f"{a.name} / {b.name}" for a, b in pairs[1:]]
        return found, [
            doubt(
                "direction",
                "guess.which-two",
                "[direction] out, in",
                out=found["out"],
                into=found["in"],
                others=quoted(others),
            )
        ] if others else []
    for each in sorted(file.columns, key=lambda one: "direction" not in heading(one.name).concepts):
        if (words := _words(each)) is not None:
            return words
    signed = next((each for each in file.columns if each.name == amount and each.minus > 0.01), None)
    if signed is not None:
        return {"sign": "minus is out"}, [
            doubt("direction", "guess.sign", '[direction] sign = "minus is in"', theirs=signed.name)
        ]
    return None, []


def _amounts(file: File, concept: str) -> list[Profile]:
    return [
        each
        for each in file.columns
        if concept in (said := heading(each.name).concepts) and not said & (_NO_AMOUNT | _SIDES)
        and "direction" not in said and each.numbers > 0.8 and each.name not in file.times
    ]  # fmt: skip


def _one_of_two(a: Profile, b: Profile) -> bool:
    """Whether of two columns each row has an amount in one alone."""
    both = sum(not NOTHING.match(x) and not NOTHING.match(y) for x, y in zip(a.cells, b.cells, strict=True))
    one = sum(bool(NOTHING.match(x)) != bool(NOTHING.match(y)) for x, y in zip(a.cells, b.cells, strict=True))
    return one > 0 and both * 20 <= one


def _words(each: Profile) -> tuple[dict[str, Any], list[Doubt]] | None:
    """A column whose words say the way; every word must be known, or its heading must say that this is what it is for."""
    said = heading(each.name).concepts
    meant = bool(said & {"direction"}) or {"out", "in"} <= said
    words = {text: known_value(text, "way") for text in each.counts}
    known = [text for text, way in words.items() if way]
    if not 1 <= len(words) <= 8 or not known or not (meant or len(known) == len(words)):
        return None
    if not meant and not said & {"type", "method", "transaction", "channel", "status", "note"}:
        return None
    out, into = ([text for text in known if words[text] == way] for way in ("out", "in"))
    unknown = [text for text in words if not words[text]]
    section: dict[str, Any] = {"column": each.name, "out": out, "in": into}
    doubts = []
    if unknown or not (out and into):
        doubts = [
            doubt(
                "direction",
                "guess.words-of-way",
                "[direction] out, in",
                theirs=each.name,
                words=quoted(unknown or known),
            )
        ]
    elif not meant:
        doubts = [
            doubt(
                "direction",
                "guess.is-it-the-way",
                "[direction] column, out, in",
                theirs=each.name,
                out=quoted(out),
                into=quoted(into),
            )
        ]
    return section, doubts


def _own(file: File, titles: Sequence[str], used: set[str]) -> tuple[dict[str, Any], list[Doubt]]:
    """Whose statement it is, and which columns name the other side."""
    accounts = [
        each
        for each in file.columns
        if each.name not in used and each.name not in file.times and each.values and each.accounts > 0.5
        and heading(each.name).concepts & {"account", *_SIDES} and not heading(each.name).concepts & _NO_ACCOUNT
    ]  # fmt: skip
    other, doubts = _other(accounts)
    section: dict[str, Any] = {}
    rest = [each for each in accounts if each is not other]
    bank = _bank_in(titles)
    section["bank"] = bank or ""
    doubts.append(
        doubt("direction.bank", "guess.own-bank-said", bank=bank)
        if bank
        else doubt("direction.bank", "guess.own-bank")
    )
    account = _account_in(titles)
    if rest:
        section["account_column"] = rest[0].name
        doubts.append(doubt("direction.account_column", "guess.own-account-column", theirs=rest[0].name))
    else:
        section["account"] = account or ""
        doubts.append(
            doubt("direction.account", "guess.own-account-said", account=account)
            if account
            else doubt("direction.account", "guess.own-account", "[direction] account, or account_column")
        )
    banks = [
        each for each in file.columns
        if each.name not in used and "bank" in (said := heading(each.name).concepts)
        and not said & {"account", "name", "branch"} and each.banks > 0.4
    ]  # fmt: skip
    if other is None:
        doubts.append(doubt("direction.counterparty", "guess.no-other-side"))
    else:
        section["counterparty"] = other.name
    if banks:
        section["counterparty_bank"] = banks[0].name
        doubts.append(doubt("direction.counterparty_bank", "guess.other-bank", theirs=banks[0].name))
    elif other is not None:
        doubts.append(doubt("direction.counterparty_bank", "guess.no-other-bank"))
    return section, doubts


def _other(accounts: Sequence[Profile]) -> tuple[Profile | None, list[Doubt]]:
    """The column of the other side's account: one that says so, else the one that has more values or is emptier."""
    if not accounts:
        return None, []
    said = [each for each in accounts if heading(each.name).concepts & _SIDES]
    found = said[0] if said else max(accounts, key=lambda each: (each.filled < 0.999, len(each.counts)))
    if not said and len(accounts) == 1 and len(found.counts) == 1:
        return None, []
    others = [each.name for each in accounts if each is not found]
    if said and not others:
        return found, []
    return found, [
        doubt(
            "direction.counterparty",
            "guess.other-side",
            theirs=found.name,
            others=quoted(others) if others else "–",
        )
    ]


def _bank_in(titles: Sequence[str]) -> str | None:
    found = dict.fromkeys(filter(None, map(bank_within, titles)))
    return next(iter(found)) if len(found) == 1 else None


def _account_in(titles: Sequence[str]) -> str | None:
    found = {match[1].strip() for match in _OWN.finditer(" ".join(titles))}
    return found.pop() if len(found) == 1 else None
