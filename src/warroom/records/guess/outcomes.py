"""What columns that become none of ours say of a row: whether its payment went through, was taken back, or is part of another."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from warroom.records.guess.doubts import Doubt, make_doubt, quote_names
from warroom.records.guess.matching import ProfiledFile
from warroom.records.guess.profile import MINUS, Profile
from warroom.records.guess.words import find_known_value, normalize_text, parse_heading

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


def guess_statuses(file: ProfiledFile, unused: Sequence[str]) -> tuple[dict[str, Any], list[Doubt]]:
    """[status] for the columns that say whether a payment went through, and their questions."""
    section: dict[str, Any] = {}
    doubts: list[Doubt] = []
    for profile in file.columns:
        if profile.name not in unused or not _is_outcome_column(profile):
            continue
        paid, back, other = _sort_status_words(profile)
        slot = f"status.{profile.name}"
        write = f'[status."{profile.name}"] paid, back'
        if paid:
            section[profile.name] = {"paid": paid, **({"back": back} if back else {})}
            doubts.append(
                make_doubt(
                    slot,
                    "guess.status",
                    write,
                    theirs=profile.name,
                    paid=quote_names(paid),
                    others=quote_names(other) if other else "–",
                )
            )
        else:
            doubts.append(
                make_doubt(
                    slot, "guess.failed", write, theirs=profile.name, words=quote_names([*other, *back])
                )
            )
        if back:
            doubts.append(
                make_doubt(slot, "guess.taken-back", write, theirs=profile.name, words=quote_names(back))
            )
    return section, doubts


def ask_about_unpaid_rows(file: ProfiledFile, amount: str | None, unused: Sequence[str]) -> list[Doubt]:
    """What else makes a row no payment of its own: less than nothing, a batch and its parts, the way of the money."""
    doubts = []
    if amount is not None and (
        minus := [text for text in file.get_column(amount).values if MINUS.match(text)]
    ):
        shown = quote_names(list(dict.fromkeys(minus)), 3)
        doubts.append(make_doubt("columns.amount", "guess.less-than-nothing", theirs=amount, words=shown))
    for profile in file.columns:
        concepts = parse_heading(profile.name).concepts
        if profile.name not in unused or not profile.values:
            continue
        if len(profile.counts_by_value) > FEW and (failures := _list_failures(profile)):
            doubts.append(
                make_doubt(
                    "columns", "guess.failure-mentioned", theirs=profile.name, words=quote_names(failures, 4)
                )
            )
        total = _find_batch_total(profile, file.get_column(amount)) if amount else None
        if total is not None:
            batch, sum_ = total
            doubts.append(
                make_doubt("columns", "guess.batch-total", theirs=profile.name, batch=batch, amount=sum_)
            )
        elif "batch" in concepts:
            doubts.append(make_doubt("columns", "guess.batch", theirs=profile.name))
        elif _is_direction_column(profile):
            words = quote_names(list(profile.counts_by_value))
            write = f'[turned] "{profile.name}" = ["..."]'
            doubts.append(
                make_doubt(
                    f"turned.{profile.name}", "guess.way-unused", write, theirs=profile.name, words=words
                )
            )
    return doubts


def has_failure_words(text: str) -> bool:
    """Whether a text speaks of payments that failed or were taken back."""
    return bool(_FAILURE.search(normalize_text(text))) or find_known_value(text, "status") in (
        "failed",
        "back",
    )


def list_words(each: Profile) -> list[str]:
    """The different words of a column, with what stands there for nothing."""
    return list(dict.fromkeys([*each.counts_by_value, *each.cells]))


def _is_outcome_column(profile: Profile) -> bool:
    concepts = parse_heading(profile.name).concepts
    if not 1 <= len(profile.counts_by_value) <= FEW or concepts & {
        "day",
        "time",
        "clock",
        "amount",
        "account",
    }:
        return False
    if concepts & {"status", *SPOILT} or (concepts & {"reason", "original"} and profile.filled_share < 0.5):
        return True
    if _list_failures(profile):
        return True
    # A number of an approval is another one in each row.
    if "response" in concepts:
        return len(profile.counts_by_value) <= 2 or profile.distinct_share <= 0.6
    return _has_outcome_words(profile) or _may_be_kind_column(profile)


def _list_failures(each: Profile) -> list[str]:
    """The values that speak of a payment that failed or was taken back; a column of nothing else is about something else."""
    found = [text for text in each.counts_by_value if _FAILURE.search(normalize_text(text))]
    # Where most rows say so, the words are about the file (a list of refunds), not about failed payments
    # among others.
    return found if sum(each.counts_by_value[text] for text in found) * 2 < len(each.cells) else []


def _has_outcome_words(profile: Profile) -> bool:
    """Whether a column, whatever its name, has words of payments that went through beside others, or yes and no."""
    if len(profile.counts_by_value) > CODES:
        return False
    kinds = {find_known_value(text, "status") for text in profile.counts_by_value}
    if "paid" in kinds and len(kinds) > 1 and not all(map(str.isdigit, profile.counts_by_value)):
        return True
    answers = {find_known_value(text, "yes") for text in list_words(profile)}
    return answers == {"yes", "no"} and not parse_heading(profile.name).concepts <= {"flag", "filler"}


def _may_be_kind_column(each: Profile) -> bool:
    """Whether a column that says a kind of row, or what nobody knows, has few short codes that come again."""
    codes = list(each.counts_by_value)
    few = 2 <= len(list_words(each)) <= CODES and 0 < len(codes) * 2 <= len(each.cells)
    return few and parse_heading(each.name).concepts <= KINDS and all(len(text) <= SHORT for text in codes)


def _sort_status_words(profile: Profile) -> tuple[list[str], list[str], list[str]]:
    """The words of payments that went through, of those taken back, and all others."""
    words, concepts = list_words(profile), parse_heading(profile.name).concepts
    answers = {text: find_known_value(text, "yes") for text in words}
    yes, no = ([text for text in words if answers[text] == answer] for answer in ("yes", "no"))
    if len(yes) + len(no) == len(words):
        if concepts & SPOILT:
            return (no, yes, []) if "reversal" in concepts else (no, [], yes)
        # 0 is "went through" to one bank and "no" to the next, and of other headings nobody knows what yes means.
        is_clear = "response" in concepts and yes and not all(map(str.isdigit, words))
        return (yes, [], no) if is_clear else ([], [], words)
    if _list_failures(profile) and not concepts & {"status", "response", *SPOILT}:
        concepts = concepts | {"failure"}
    kinds = {text: _classify_outcome(text, concepts) for text in words}
    paid, back, other = (
        [text for text in words if kinds[text] == kind] for kind in ("paid", "back", "other")
    )
    return paid, back, other


def _classify_outcome(text: str, said: frozenset[str]) -> str:
    known = find_known_value(text, "status")
    if known in ("paid", "back"):
        return known
    # A mark of a reversal or a fault stands only where there is one.
    return "paid" if text in ("", "-") and said & {"reason", "original", *SPOILT} else "other"


def _is_direction_column(each: Profile) -> bool:
    # Of signs, the minus counts as no value elsewhere.
    words = [text for text in list_words(each) if text]
    return len(words) <= CODES and {find_known_value(text, "way") for text in words} == {"out", "in"}


def _find_batch_total(profile: Profile, amounts: Profile) -> tuple[str, str] | None:
    """A batch in which one amount is the sum of the others, with that amount."""
    batches: dict[str, list[tuple[Decimal, str]]] = {}
    for batch, text in zip(profile.cells, amounts.cells, strict=True):
        if batch and _PLAIN.fullmatch(text):
            batches.setdefault(batch, []).append((Decimal(text.replace(",", "")), text))
    for batch, parts in batches.items():
        largest = max(parts)
        # The largest is the sum of the others; with two parts that would be any two equal amounts.
        if len(parts) > 2 and largest[0] * 2 == sum(part for part, _ in parts):
            return batch, largest[1]
    return None
