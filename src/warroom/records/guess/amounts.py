"""Which of several amount columns is the payment: the amount that reached the payee, with a question to the
officer.
"""

from collections.abc import Mapping

from warroom.records.guess.doubts import Doubt, make_doubt, quote_names
from warroom.records.guess.matching import ProfiledFile, is_money_column
from warroom.records.guess.profile import Profile
from warroom.records.guess.units import UNITS
from warroom.records.guess.words import parse_heading

# Concepts in a heading that make its numbers something else than the amount of the payment.
_OTHER = {
    "balance", "fee", "rate", "limit", "account", "bank", "name", "number", "reference", "note", "day", "time", "clock", "type",
    "before", "after", "available", "status", "flag", "response", "sequence", "batch", "step",
}  # fmt: skip
ARRIVED, LEFT = {"to", "received", "in"}, {"from", "paid", "foreign", "original", "out"}


def choose_amount(file: ProfiledFile, columns: Mapping[str, str]) -> tuple[dict[str, str], list[Doubt]]:
    """The columns with the amount that arrived, and its currency, where the file has several amounts; and the question."""
    chosen = columns.get("amount")
    rivals = [profile for profile in file.columns if profile.name != chosen and _is_amount(file, profile)]
    if chosen is None or not rivals:
        return dict(columns), _ask_about_currencies(file, columns)
    first = file.get_column(chosen)
    rivals = [profile for profile in rivals if profile.cells != first.cells]
    if not rivals:
        return dict(columns), _ask_about_currencies(file, columns)
    # Of equals the column that the matching chose stays.
    best = max([first, *rivals], key=lambda profile: (_score_amount(profile), profile is first))
    others = [profile.name for profile in (first, *rivals) if profile is not best]
    chosen_columns = {**columns, "amount": best.name}
    currency = _find_currency_of(file, best)
    if currency:
        chosen_columns["currency"] = currency
    elif "baht" in parse_heading(best.name).concepts:
        chosen_columns.pop("currency", None)
    asked = make_doubt(
        "columns.amount",
        "guess.two-amounts",
        "[columns] amount, currency",
        theirs=best.name,
        others=quote_names(others),
    )
    return chosen_columns, [asked]


def _is_amount(file: ProfiledFile, each: Profile) -> bool:
    said = parse_heading(each.name).concepts
    if not said & {"amount", "equivalent", "received", "paid"} and not is_money_column(each):
        return False
    # The amount that banks settle names them and is one all the same; Thai has a word for "that" which counts too.
    other = _OTHER - {"bank", "sequence"} if said & {"amount", "received"} else _OTHER
    return not said & other and each.number_share > 0.8 and each.name not in file.time_styles


def _score_amount(profile: Profile) -> float:
    """How surely it is what arrived; hundredths of another column stand back."""
    concepts = parse_heading(profile.name).concepts
    if concepts & ARRIVED:
        worth = 3.0
    elif concepts & LEFT:
        worth = 0.0
    else:
        worth = 2.0 if concepts & {"baht", "equivalent"} else 1.0
    # Less than the step between sides, so it only decides among columns of the same side.
    return worth - (0.5 if concepts & UNITS else 0.0)


def _list_currency_columns(file: ProfiledFile) -> list[Profile]:
    return [each for each in file.columns if each.currency_share > 0.5]


def _find_currency_of(file: ProfiledFile, amount: Profile) -> str | None:
    """The column of the currency that an amount is in: one that speaks of the same side; None where none does."""
    concepts = parse_heading(amount.name).concepts
    for side in (ARRIVED, LEFT):
        if concepts & side:
            same = [
                profile.name
                for profile in _list_currency_columns(file)
                if parse_heading(profile.name).concepts & side
            ]
            return same[0] if same else None
    plain = [
        profile.name
        for profile in _list_currency_columns(file)
        if not parse_heading(profile.name).concepts & (ARRIVED | LEFT)
    ]
    return plain[0] if plain and "baht" not in concepts else None


def _ask_about_currencies(file: ProfiledFile, columns: Mapping[str, str]) -> list[Doubt]:
    """One amount beside the currencies of both sides: which of them it is in is not said."""
    chosen = columns.get("currency")
    if chosen is None:
        return []
    cells = file.get_column(chosen).cells
    others = [
        profile.name
        for profile in _list_currency_columns(file)
        if profile.name != chosen and profile.cells != cells
    ]
    asked = make_doubt("columns.currency", "guess.two-currencies", theirs=chosen, others=quote_names(others))
    return [asked] if others else []
