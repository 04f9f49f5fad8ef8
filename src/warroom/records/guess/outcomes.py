"""What columns that become none of ours say of a row: whether its payment went through, was taken back, or is part of another."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from warroom.records.guess.doubts import Doubt, doubt, quoted
from warroom.records.guess.matching import File
from warroom.records.guess.profile import MINUS, Profile
from warroom.records.guess.words import heading, known_value, plain

FEW = 30
"""Different values up to which they are taken for words."""
CODES = 12
"""Different codes of a response up to which each is shown."""


_PLAIN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,16}(?:\.\d+)?", re.ASCII)
SHORT = 12
"""Letters that a code has at most."""
SPOILT = frozenset({"reversal", "failure"})
"""What a heading says of rows that are no payments: yes, or any word, says that this one is none."""
_FAILURE = re.compile(
    r"ยกเลิก|กลับรายการ|ไม่สำเร็จ|ล้มเหลว|คืนเงิน|โอนคืน|ปฏิเสธ|รอ(?:ดำเนิน|ผล|อนุมัติ|ตรวจ)|กันวงเงิน|อายัด"
    r"|\b(?:un|not )?(?:revers|cancel|reject|refund|void|declin|fail|charge ?back|unsuccessful|pending|submitted|await|schedul|expir)|\bhold\b"
)
"""What a note says of a payment that did not go through, has not yet, or was taken back."""
KINDS = frozenset({"tier", "type", "transaction", "number", "method", "channel", "sequence", "filler"})
"""What a heading speaks of that may say whether a row is a payment at all: a type of record, a code of a transaction."""


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
        if len(each.counts) > FEW and (failures := _failures_in(each)):
            doubts.append(
                doubt("columns", "guess.failure-mentioned", theirs=each.name, words=quoted(failures, 4))
            )
        total = _total_of_others(each, file.named(amount)) if amount else None
        if total is not None:
            batch, sum_ = total
            doubts.append(doubt("columns", "guess.batch-total", theirs=each.name, batch=batch, amount=sum_))
        elif "batch" in said:
            doubts.append(doubt("columns", "guess.batch", theirs=each.name))
        elif _says_way(each):
            words = quoted(list(each.counts))
            write = f'[turned] "{each.name}" = ["..."]'
            doubts.append(
                doubt(f"turned.{each.name}", "guess.way-unused", write, theirs=each.name, words=words)
            )
    return doubts


def speaks_of_failure(text: str) -> bool:
    """Whether a text speaks of payments that failed or were taken back."""
    return bool(_FAILURE.search(plain(text))) or known_value(text, "status") in ("failed", "back")


def words_in(each: Profile) -> list[str]:
    """The different words of a column, with what stands there for nothing."""
    return list(dict.fromkeys([*each.counts, *each.cells]))


def _says_outcome(each: Profile) -> bool:
    said = heading(each.name).concepts
    if not 1 <= len(each.counts) <= FEW or said & {"day", "time", "clock", "amount", "account"}:
        return False
    if said & {"status", *SPOILT} or (said & {"reason", "original"} and each.filled < 0.5):
        return True
    if _failures_in(each):
        return True
    # A number of an approval is another one in each row.
    if "response" in said:
        return len(each.counts) <= 2 or each.distinct <= 0.6
    return _has_words_of_outcome(each) or _may_say_kind(each)


def _failures_in(each: Profile) -> list[str]:
    """The values that speak of a payment that failed or was taken back; a column of nothing else is about something else."""
    found = [text for text in each.counts if _FAILURE.search(plain(text))]
    return found if sum(each.counts[text] for text in found) * 2 < len(each.cells) else []


def _has_words_of_outcome(each: Profile) -> bool:
    """Whether a column, whatever its name, has words of payments that went through beside others, or yes and no."""
    if len(each.counts) > CODES:
        return False
    kinds = {known_value(text, "status") for text in each.counts}
    if "paid" in kinds and len(kinds) > 1 and not all(map(str.isdigit, each.counts)):
        return True
    answers = {known_value(text, "yes") for text in words_in(each)}
    return answers == {"yes", "no"} and not heading(each.name).concepts <= {"flag", "filler"}


def _may_say_kind(each: Profile) -> bool:
    """Whether a column that says a kind of row, or what nobody knows, has few short codes that come again."""
    codes = list(each.counts)
    few = 2 <= len(words_in(each)) <= CODES and 0 < len(codes) * 2 <= len(each.cells)
    return few and heading(each.name).concepts <= KINDS and all(len(text) <= SHORT for text in codes)


def _sorted_words(each: Profile) -> tuple[list[str], list[str], list[str]]:
    """The words of payments that went through, of those taken back, and all others."""
    words, said = words_in(each), heading(each.name).concepts
    answers = {text: known_value(text, "yes") for text in words}
    yes, no = ([text for text in words if answers[text] == answer] for answer in ("yes", "no"))
    if len(yes) + len(no) == len(words):
        if said & SPOILT:
            return (no, yes, []) if "reversal" in said else (no, [], yes)
        # 0 is "went through" to one bank and "no" to the next, and of other headings nobody knows what yes means.
        is_clear = "response" in said and yes and not all(map(str.isdigit, words))
        return (yes, [], no) if is_clear else ([], [], words)
    if _failures_in(each) and not said & {"status", "response", *SPOILT}:
        said = said | {"failure"}
    kinds = {text: _outcome(text, said) for text in words}
    paid, back, other = (
        [text for text in words if kinds[text] == kind] for kind in ("paid", "back", "other")
    )
    return paid, back, other


def _outcome(text: str, said: frozenset[str]) -> str:
    known = known_value(text, "status")
    if known in ("paid", "back"):
        return known
    # A mark of a reversal or a fault stands only where there is one.
    return "paid" if text in ("", "-") and said & {"reason", "original", *SPOILT} else "other"


def _says_way(each: Profile) -> bool:
    # Of signs, the minus counts as no value elsewhere.
    words = [text for text in words_in(each) if text]
    return len(words) <= CODES and {known_value(text, "way") for text in words} == {"out", "in"}


def _total_of_others(each: Profile, amounts: Profile) -> tuple[str, str] | None:
    """A batch in which one amount is the sum of the others, with that amount."""
    batches: dict[str, list[tuple[Decimal, str]]] = {}
    for batch, text in zip(each.cells, amounts.cells, strict=True):
        if batch and _PLAIN.fullmatch(text):
            batches.setdefault(batch, []).append((Decimal(text.replace(",", "")), text))
    for batch, parts in batches.items():
        largest = max(parts)
        if len(parts) > 2 and largest[0] * 2 == sum(part for part, _ in parts):
            return batch, largest[1]
    return None
