"""Whether a file of transfers is the statement of an account, and how its rows say which way money went."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warroom.records.guess.doubts import Doubt, make_doubt, quote_names
from warroom.records.guess.matching import ProfiledFile
from warroom.records.guess.profile import Profile
from warroom.records.guess.words import find_bank_in_text, find_known_value, parse_heading

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
class DirectionGuess:
    """[direction] as far as it is known, and what was not clear."""

    section: dict[str, Any]
    doubts: list[Doubt]


def guess_direction(
    file: ProfiledFile, sides: Mapping[str, float], amount: str | None, titles: Sequence[str]
) -> DirectionGuess | None:
    """How a statement says which way money went; None where payer and payee are named, or nothing says a way.

    `sides` are the scores of the columns that were found for payer and payee, `amount` the one that was found for amounts.
    """
    # Both sides are named clearly, so rows are transfers and no statement. 0.7 is just below `matching.SURE`.
    if min(sides.get("payer", 0), sides.get("payee", 0)) >= 0.7:
        return None
    way, doubts = _guess_way(file, amount)
    if way is None:
        return None
    own, more = _guess_own_account(file, titles, set(_list_column_names(way)))
    return DirectionGuess({**own, **way}, [*doubts, *more])


def _list_column_names(way: Mapping[str, Any]) -> list[str]:
    return [each for each in (way.get("column"), way.get("out"), way.get("in")) if isinstance(each, str)]


def _guess_way(file: ProfiledFile, amount: str | None) -> tuple[dict[str, Any] | None, list[Doubt]]:
    outs, ins = (_list_amount_columns(file, concept) for concept in ("out", "in"))
    pairs = [(a, b) for a in outs for b in ins if a.name != b.name and _are_exclusive(a, b)]
    if pairs:
        chosen_pair = {"out": pairs[0][0].name, "in": pairs[0][1].name}
        others = [f"{a.name} / {b.name}" for a, b in pairs[1:]]
        return chosen_pair, [
            make_doubt(
                "direction",
                "guess.which-two",
                "[direction] out, in",
                out=chosen_pair["out"],
                into=chosen_pair["in"],
                others=quote_names(others),
            )
        ] if others else []
    for profile in sorted(
        file.columns, key=lambda profile: "direction" not in parse_heading(profile.name).concepts
    ):
        if (words := _guess_way_by_words(profile)) is not None:
            return words
    signed = next(
        (profile for profile in file.columns if profile.name == amount and profile.negative_share > 0.01),
        None,
    )
    if signed is not None:
        return {"sign": "minus is out"}, [
            make_doubt("direction", "guess.sign", '[direction] sign = "minus is in"', theirs=signed.name)
        ]
    return None, []


def _list_amount_columns(file: ProfiledFile, concept: str) -> list[Profile]:
    return [
        each
        for each in file.columns
        if concept in (said := parse_heading(each.name).concepts) and not said & (_NO_AMOUNT | _SIDES)
        and "direction" not in said and each.number_share > 0.8 and each.name not in file.time_styles
    ]  # fmt: skip


def _are_exclusive(a: Profile, b: Profile) -> bool:
    """Whether of two columns each row has an amount in one alone."""
    both = sum(not NOTHING.match(x) and not NOTHING.match(y) for x, y in zip(a.cells, b.cells, strict=True))
    one = sum(bool(NOTHING.match(x)) != bool(NOTHING.match(y)) for x, y in zip(a.cells, b.cells, strict=True))
    # One row in twenty may have both: corrections and totals.
    return one > 0 and both * 20 <= one


def _guess_way_by_words(profile: Profile) -> tuple[dict[str, Any], list[Doubt]] | None:
    """A column whose words say the way; every word must be known, or its heading must say that this is what it is for."""
    concepts = parse_heading(profile.name).concepts
    meant = bool(concepts & {"direction"}) or {"out", "in"} <= concepts
    words = {text: find_known_value(text, "way") for text in profile.counts_by_value}
    known = [text for text, way in words.items() if way]
    # A column that says a direction has few words; more are notes.
    if not 1 <= len(words) <= 8 or not known or not (meant or len(known) == len(words)):
        return None
    if not meant and not concepts & {"type", "method", "transaction", "channel", "status", "note"}:
        return None
    out, into = ([text for text in known if words[text] == way] for way in ("out", "in"))
    unknown = [text for text in words if not words[text]]
    section: dict[str, Any] = {"column": profile.name, "out": out, "in": into}
    doubts = []
    if unknown or not (out and into):
        doubts = [
            make_doubt(
                "direction",
                "guess.words-of-way",
                "[direction] out, in",
                theirs=profile.name,
                words=quote_names(unknown or known),
            )
        ]
    elif not meant:
        doubts = [
            make_doubt(
                "direction",
                "guess.is-it-the-way",
                "[direction] column, out, in",
                theirs=profile.name,
                out=quote_names(out),
                into=quote_names(into),
            )
        ]
    return section, doubts


def _guess_own_account(
    file: ProfiledFile, titles: Sequence[str], used: set[str]
) -> tuple[dict[str, Any], list[Doubt]]:
    """Whose statement it is, and which columns name the other side."""
    accounts = [
        profile
        for profile in file.columns
        if profile.name not in used and profile.name not in file.time_styles and profile.values and profile.account_share > 0.5
        and parse_heading(profile.name).concepts & {"account", *_SIDES} and not parse_heading(profile.name).concepts & _NO_ACCOUNT
    ]  # fmt: skip
    other, doubts = _find_counterparty(accounts)
    section: dict[str, Any] = {}
    rest = [profile for profile in accounts if profile is not other]
    bank = _find_bank(titles)
    section["bank"] = bank or ""
    doubts.append(
        make_doubt("direction.bank", "guess.own-bank-said", bank=bank)
        if bank
        else make_doubt("direction.bank", "guess.own-bank")
    )
    account = _find_account(titles)
    if rest:
        section["account_column"] = rest[0].name
        doubts.append(make_doubt("direction.account_column", "guess.own-account-column", theirs=rest[0].name))
    else:
        section["account"] = account or ""
        doubts.append(
            make_doubt("direction.account", "guess.own-account-said", account=account)
            if account
            else make_doubt(
                "direction.account", "guess.own-account", "[direction] account, or account_column"
            )
        )
    banks = [
        profile for profile in file.columns
        if profile.name not in used and "bank" in (concepts := parse_heading(profile.name).concepts)
        and not concepts & {"account", "name", "branch"} and profile.bank_share > 0.4
    ]  # fmt: skip
    if other is None:
        doubts.append(make_doubt("direction.counterparty", "guess.no-other-side"))
    else:
        section["counterparty"] = other.name
    if banks:
        section["counterparty_bank"] = banks[0].name
        doubts.append(make_doubt("direction.counterparty_bank", "guess.other-bank", theirs=banks[0].name))
    elif other is not None:
        doubts.append(make_doubt("direction.counterparty_bank", "guess.no-other-bank"))
    return section, doubts


def _find_counterparty(accounts: Sequence[Profile]) -> tuple[Profile | None, list[Doubt]]:
    """The column of the other side's account: one that says so, else the one that has more values or is emptier."""
    if not accounts:
        return None, []
    side_accounts = [profile for profile in accounts if parse_heading(profile.name).concepts & _SIDES]
    other_account = (
        side_accounts[0]
        if side_accounts
        else max(accounts, key=lambda profile: (profile.filled_share < 0.999, len(profile.counts_by_value)))
    )
    # One account in all rows is the statement's own.
    if not side_accounts and len(accounts) == 1 and len(other_account.counts_by_value) == 1:
        return None, []
    others = [profile.name for profile in accounts if profile is not other_account]
    if side_accounts and not others:
        return other_account, []
    return other_account, [
        make_doubt(
            "direction.counterparty",
            "guess.other-side",
            theirs=other_account.name,
            others=quote_names(others) if others else "–",
        )
    ]


def _find_bank(titles: Sequence[str]) -> str | None:
    found = dict.fromkeys(filter(None, map(find_bank_in_text, titles)))
    # Two banks in the titles: which one keeps the account is not clear, so none is proposed.
    return next(iter(found)) if len(found) == 1 else None


def _find_account(titles: Sequence[str]) -> str | None:
    found = {match[1].strip() for match in _OWN.finditer(" ".join(titles))}
    return found.pop() if len(found) == 1 else None
