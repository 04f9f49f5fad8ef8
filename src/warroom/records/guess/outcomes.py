"""What columns that become none of ours say of a row: whether its payment went through, was taken back, or is part of another."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from warroom.records.guess.doubts import Doubt, doubt, quoted
from warroom.records.guess.matching import File
from warroom.records.guess.profile import MINUS, Profile
from warroom.records.guess.words import heading, known_value

FEW = 30
"""Different values up to which they are taken for words."""
CODES = 12
"""Different codes of a response up to which each is shown."""


def find_statuses(file: File, unused: Sequence[str]) -> tuple[dict[str, Any], list[Doubt]]:
    """[status] for the columns that say whether a payment went through, and their questions."""
    section: dict[str, Any] = {}
    doubts: list[Doubt] = []
    for each in file.columns:
        if each.name not in unused or not _says_outcome(each):
            continue
        paid, back, other = _sorted_words(each)
        slot = f"status.{each.name}"
        write = f'[status."{each.name}"] paid, back'
        if paid:
            section[each.name] = {"paid": paid, **({"back": back} if back else {})}
            doubts.append(
                doubt(
                    slot,
                    "guess.status",
                    write,
                    theirs=each.name,
                    paid=quoted(paid),
                    others=quoted(other) if other else "–",
                )
            )
        else:
            doubts.append(doubt(slot, "guess.failed", write, theirs=each.name, words=quoted([*other, *back])))
        if back:
            doubts.append(doubt(slot, "guess.taken-back", write, theirs=each.name, words=quoted(back)))
    return section, doubts


def ask_about_rows(file: File, amount: str | None, unused: Sequence[str]) -> list[Doubt]:
    """What else makes a row no payment of its own: less than nothing, a batch and its parts, the way of the money."""
    doubts = []
    if amount is not None and (minus := [text for text in file.named(amount).values if MINUS.match(text)]):
        shown = quoted(list(dict.fromkeys(minus)), 3)
        doubts.append(doubt("columns.amount", "guess.less-than-nothing", theirs=amount, words=shown))
    for each in file.columns:
        said = heading(each.name).concepts
        if each.name not in unused or not each.values:
            continue
        if "batch" in said:
            doubts.append(_ask_about_batch(file, each, amount))
        elif _says_way(each):
            words = quoted(list(each.counts))
            write = f'[turned] "{each.name}" = ["..."]'
            doubts.append(doubt("turned", "guess.way-unused", write, theirs=each.name, words=words))
    return doubts


def _says_outcome(each: Profile) -> bool:
    said = heading(each.name).concepts
    if not 1 <= len(each.counts) <= FEW or said & {"day", "time", "clock", "effective", "amount", "account"}:
        return False
    if said & {"status", "reversal"}:
        return True
    # A number of an approval is another one in each row.
    if "response" in said:
        return len(each.counts) <= 2 or each.distinct <= 0.6
    # Whatever its name: words of both kinds are no accident.
    kinds = {known_value(text, "status") for text in each.counts}
    return (
        len(each.counts) <= CODES
        and "paid" in kinds
        and bool(kinds & {"failed", "back"})
        and None not in kinds
    )


def _sorted_words(each: Profile) -> tuple[list[str], list[str], list[str]]:
    """The words of payments that went through, of those taken back, and all others."""
    words = list(each.counts)
    said = heading(each.name).concepts
    if len(each.cells) > len(each.values):
        words += dict.fromkeys(cell for cell in each.cells if cell not in each.counts)
    answers = {text: known_value(text, "yes") for text in words}
    if "reversal" not in said and all(text.isdigit() for text in answers):
        answers = {}  # 0 is "went through" to one bank and "no" to the next
    if answers and all(answers.values()) and "yes" in answers.values():
        yes, no = ([text for text in words if answers[text] == answer] for answer in ("yes", "no"))
        return (no, yes, []) if "reversal" in said else (yes, [], no)
    if "reversal" in said and all(answers.values()):
        return words, [], []
    kinds = {text: _outcome(text, said) for text in words}
    return tuple([text for text in words if kinds[text] == kind] for kind in ("paid", "back", "other"))  # type: ignore[return-value]


def _outcome(text: str, said: frozenset[str]) -> str:
    known = known_value(text, "status")
    if known in ("paid", "back"):
        return known
    # A cell without a word: a code of a response or a mark of a reversal stands where there is something to say.
    if not text or text == "-":
        return "paid" if "reversal" in said else "other"
    return "other"


def _says_way(each: Profile) -> bool:
    ways = {known_value(text, "way") for text in each.counts}
    return len(each.counts) <= CODES and ways == {"out", "in"}


def _ask_about_batch(file: File, each: Profile, amount: str | None) -> Doubt:
    total = _total_of_others(each, file.named(amount)) if amount else None
    if total is None:
        return doubt("columns", "guess.batch", theirs=each.name)
    return doubt("columns", "guess.batch-total", theirs=each.name, batch=total[0], amount=total[1])


def _total_of_others(each: Profile, amounts: Profile) -> tuple[str, str] | None:
    """A batch in which one amount is the sum of the others, with that amount."""
    batches: dict[str, list[tuple[Decimal, str]]] = {}
    for batch, text in zip(each.cells, amounts.cells, strict=True):
        try:
            batches.setdefault(batch, []).append((Decimal(text.replace(",", "")), text))
        except InvalidOperation:
            continue
    for batch, parts in batches.items():
        largest = max(parts)
        if batch and len(parts) > 2 and largest[0] * 2 == sum(part for part, _ in parts):
            return batch, largest[1]
    return None
