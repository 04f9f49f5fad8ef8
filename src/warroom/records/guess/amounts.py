"""Which of several amounts moved: what arrived at the payee is followed, and whoever knows the file is asked."""

from collections.abc import Mapping

from warroom.records.guess.doubts import Doubt, doubt, quoted
from warroom.records.guess.matching import File, is_money
from warroom.records.guess.profile import Profile
from warroom.records.guess.units import UNITS
from warroom.records.guess.words import heading

_OTHER = {
    "balance", "fee", "rate", "limit", "account", "bank", "name", "number", "reference", "note", "day", "time", "clock", "type",
    "before", "after", "available", "status", "flag", "response", "sequence", "batch", "step",
}  # fmt: skip
ARRIVED, LEFT = {"to", "received", "in"}, {"from", "paid", "foreign", "original", "out"}


def choose_amount(file: File, columns: Mapping[str, str]) -> tuple[dict[str, str], list[Doubt]]:
    """The columns with the amount that arrived, and its currency, where the file has several amounts; and the question."""
    chosen = columns.get("amount")
    rivals = [each for each in file.columns if each.name != chosen and _is_amount(file, each)]
    if chosen is None or not rivals:
        return dict(columns), _ask_about_currencies(file, columns)
    first = file.named(chosen)
    rivals = [each for each in rivals if each.cells != first.cells]
    if not rivals:
        return dict(columns), _ask_about_currencies(file, columns)
    best = max([first, *rivals], key=lambda each: (_worth(each), each is first))
    others = [each.name for each in (first, *rivals) if each is not best]
    found = {**columns, "amount": best.name}
    currency = _currency_of(file, best)
    if currency:
        found["currency"] = currency
    elif "baht" in heading(best.name).concepts:
        found.pop("currency", None)
    asked = doubt(
        "columns.amount",
        "guess.two-amounts",
        "[columns] amount, currency",
        theirs=best.name,
        others=quoted(others),
    )
    return found, [asked]


def _is_amount(file: File, each: Profile) -> bool:
    said = heading(each.name).concepts
    if not said & {"amount", "equivalent", "received", "paid"} and not is_money(each):
        return False
    # The amount that banks settle names them and is one all the same; Thai has a word for "that" which counts too.
    other = _OTHER - {"bank", "sequence"} if said & {"amount", "received"} else _OTHER
    return not said & other and each.numbers > 0.8 and each.name not in file.times


def _worth(each: Profile) -> float:
    """How surely it is what arrived; hundredths of another column stand back."""
    said = heading(each.name).concepts
    if said & ARRIVED:
        worth = 3.0
    elif said & LEFT:
        worth = 0.0
    else:
        worth = 2.0 if said & {"baht", "equivalent"} else 1.0
    return worth - (0.5 if said & UNITS else 0.0)


def _currencies(file: File) -> list[Profile]:
    return [each for each in file.columns if each.currencies > 0.5]


def _currency_of(file: File, amount: Profile) -> str | None:
    """The column of the currency that an amount is in: one that speaks of the same side; None where none does."""
    said = heading(amount.name).concepts
    for side in (ARRIVED, LEFT):
        if said & side:
            same = [each.name for each in _currencies(file) if heading(each.name).concepts & side]
            return same[0] if same else None
    plain = [each.name for each in _currencies(file) if not heading(each.name).concepts & (ARRIVED | LEFT)]
    return plain[0] if plain and "baht" not in said else None


def _ask_about_currencies(file: File, columns: Mapping[str, str]) -> list[Doubt]:
    """One amount beside the currencies of both sides: which of them it is in is not said."""
    chosen = columns.get("currency")
    if chosen is None:
        return []
    cells = file.named(chosen).cells
    others = [each.name for each in _currencies(file) if each.name != chosen and each.cells != cells]
    asked = doubt("columns.currency", "guess.two-currencies", theirs=chosen, others=quoted(others))
    return [asked] if others else []
