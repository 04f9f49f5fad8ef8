"""Joining of pairs into subjects. A subject's number is that of its eldest record, so later records change no
number.

The surest pairs join first. Two existing subjects are never merged here: a pair that would merge them becomes
a question. So does a pair with a record that only officers may join, and one that would bring contradicting
records together.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warroom.kernels import compile_kernel
from warroom.subjects.resolution.blocks import sort_distinct
from warroom.subjects.resolution.traits import OF_KIN, OF_TWO, Keys, RecordTraits

Rows = npt.NDArray[np.int32]
Booleans = npt.NDArray[np.bool_]
Oppositions = npt.NDArray[np.uint8]
# 16 MiB; what does not fit is compared in the next pass.
_ROOM = 1 << 21
"""Pairs of names that are compared at a time at most."""
JOINED, ASKED, KNOWN = 1, 2, 0
"""What became of a pair: it joined two records, it is for an officer, or both were one subject by then."""


@dataclass(frozen=True)
class RecordPairs:
    """Pairs of records with their probabilities: the elder record, the younger, the weight in bits."""

    first: Rows
    second: Rows
    bits: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)

    def select_pairs(self, at: npt.NDArray[np.intp] | Booleans) -> "RecordPairs":
        """The pairs at these places."""
        return RecordPairs(self.first[at], self.second[at], self.bits[at])

    def append_pairs(self, *others: "RecordPairs") -> "RecordPairs":
        """These and the others'."""
        every = (self, *others)
        return RecordPairs(
            np.concatenate([one.first for one in every]),
            np.concatenate([one.second for one in every]),
            np.concatenate([one.bits for one in every]),
        )


NO_PAIRS = RecordPairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float64))


@dataclass(frozen=True)
class JoinedRecords:
    """`subject` is the eldest record of each record's subject; `links` the pairs that joined, `questions` those for an officer."""

    subject: Rows
    links: RecordPairs
    questions: RecordPairs


def join_records(
    subject: Rows, records: int, sure: RecordPairs, traits: RecordTraits, by_hand: Booleans
) -> JoinedRecords:
    """Join records by pairs that are sure enough, the surest first.

    `subject` is of the records that stood before, `records` how many there are now. No subject gets two records whose traits contradict:
    what would bring them together is a question. `by_hand` marks records that an officer alone may join.
    """
    # The surest first, so that a contradiction parts a chain at its least sure link; stable, so that equal
    # weights
    # always join in one order.
    order = np.argsort(-sure.bits, kind="stable")
    sure = sure.select_pairs(order)
    known, opposed = np.zeros(0, np.uint64), np.zeros(0, np.uint8)
    while True:
        joined_subject, became, asked = _join_pass(subject, records, sure, traits, by_hand, known, opposed)
        if not len(asked):
            return JoinedRecords(
                joined_subject, sure.select_pairs(became == JOINED), sure.select_pairs(became == ASKED)
            )
        # Names of one chain that were compared with each other in no pair: now they are, and all is joined again.
        known, opposed = _insert_compared(known, opposed, asked, traits.find_opposed_names(asked))


def _join_pass(
    subject: Rows,
    records: int,
    sure: RecordPairs,
    traits: RecordTraits,
    by_hand: Booleans,
    known: Keys,
    opposed: Oppositions,
) -> tuple[Rows, npt.NDArray[np.uint8], Keys]:
    """Subjects, what became of each pair, and pairs of names that have to be compared before this holds."""
    stood = len(subject)
    parents = np.arange(records, dtype=np.int32)
    parents[:stood] = subject
    became = np.zeros(len(sure), np.uint8)
    touched = np.unique(subject[np.concatenate([sure.first, sure.second])[_are_existing(stood, sure)]])
    members = np.flatnonzero(np.isin(subject, touched)).astype(np.int32) if len(touched) else touched
    wanted = np.zeros(_ROOM, np.uint64)
    count = _join_pairs(
        parents,
        stood,
        sure.first,
        sure.second,
        traits.number.copy(),
        traits.name,
        traits.day,
        np.full(records, -1, np.int32) if traits.passport is None else traits.passport,
        by_hand,
        members,
        known,
        opposed,
        wanted,
        became,
    )
    return parents, became, sort_distinct(wanted[:count])


def _are_existing(stood: int, sure: RecordPairs) -> Booleans:
    found: Booleans = np.concatenate([sure.first, sure.second]) < stood
    return found


def _insert_compared(
    known: Keys, opposed: Oppositions, pairs: Keys, flags: Oppositions
) -> tuple[Keys, Oppositions]:
    every = np.concatenate([known, pairs])
    order = np.argsort(every, kind="stable")
    return every[order], np.concatenate([opposed, flags])[order]


@compile_kernel(cache=True)
def _join_pairs(
    parents: Rows,
    stood: int,
    first: Rows,
    second: Rows,
    number: Rows,
    name: Rows,
    day: Rows,
    passport: Rows,
    by_hand: Booleans,
    members: Rows,
    known: Keys,
    opposed: Oppositions,
    wanted: Keys,
    became: npt.NDArray[np.uint8],
) -> int:
    count = 0
    # The records of a subject in a chain from its eldest; one whose name and day another of them has is left out.
    after, last = np.full(len(parents), -1, np.int32), np.arange(len(parents)).astype(np.int32)
    for r in members:
        root = parents[r]
        # A subject that stood before answers with one number for all its records.
        if number[r] >= 0 and number[root] < 0:
            number[root] = number[r]
        if r != root:
            _append_to_chain(root, r, name, day, after, last)
    for k in range(len(first)):
        a, b = _find_root(parents, first[k]), _find_root(parents, second[k])
        if a == b:
            continue
        elder, younger = min(a, b), max(a, b)
        # Roots are the eldest records: where even the younger root stood before, both subjects did.
        bridges = younger < stood
        differ = number[elder] >= 0 and number[younger] >= 0 and number[elder] != number[younger]
        if bridges or differ or by_hand[first[k]] or by_hand[second[k]]:
            became[k] = ASKED
            continue
        one_number = number[elder] >= 0 and number[elder] == number[younger]
        one_passport = passport[first[k]] >= 0 and passport[first[k]] == passport[second[k]]
        apart, count = _do_subjects_contradict(
            elder, younger, name, day, after, one_number or one_passport, known, opposed, wanted, count
        )
        if apart:
            became[k] = ASKED
            continue
        # The eldest record is the root and its number the subject's, whatever joins later (decision 45).
        parents[younger] = elder
        if number[elder] < 0:
            number[elder] = number[younger]
        r = younger
        while r >= 0:
            following = after[r]
            after[r] = -1
            _append_to_chain(elder, r, name, day, after, last)
            r = following
        became[k] = JOINED
    for r in range(len(parents)):
        parents[r] = _find_root(parents, r)
    return count


@compile_kernel(cache=True)
def _find_root(found: Rows, row: int) -> int:
    while found[row] != row:
        # Path halving keeps later searches short (Tarjan and van Leeuwen 1984).
        found[row] = found[found[row]]
        row = found[row]
    return row


@compile_kernel(cache=True)
def _append_to_chain(root: int, row: int, name: Rows, day: Rows, after: Rows, last: Rows) -> None:
    """Put a record behind those of a subject, unless one of them says the same of name and day."""
    r = root
    while r >= 0:
        if name[r] == name[row] and day[r] == day[row]:
            return
        r = after[r]
    after[last[root]] = row
    last[root] = row


@compile_kernel(cache=True)
def _do_subjects_contradict(
    elder: int,
    younger: int,
    name: Rows,
    day: Rows,
    after: Rows,
    numbered: bool,
    known: Keys,
    opposed: Oppositions,
    wanted: Keys,
    count: int,
) -> tuple[bool, int]:
    """Whether any record of one subject contradicts one of the other; names that were never compared are added to `wanted`.
    `numbered`: they have one identity number, so that another given name is no contradiction.
    """
    a = elder
    while a >= 0:
        b = younger
        while b >= 0:
            if is_day_contradiction(day[a], day[b]):
                return True, count
            if name[a] >= 0 and name[b] >= 0 and name[a] != name[b]:
                low, high = min(name[a], name[b]), max(name[a], name[b])
                key = (np.uint64(low) << np.uint64(32)) | np.uint64(high)
                at = np.searchsorted(known, key)
                if at < len(known) and known[at] == key:
                    if opposed[at] == OF_TWO or (opposed[at] == OF_KIN and not numbered):
                        return True, count
                elif count < len(wanted):
                    wanted[count] = key
                    count += 1
            b = after[b]
        a = after[a]
    return False, count


@compile_kernel(cache=True)
def is_day_contradiction(day_number: int, other: int) -> bool:
    """Whether two days are too different for a slip: year, month and day all differ, also with day and month
    exchanged.

    The first of January never contradicts: many registers write it where only the year was known, often
    roughly.
    """
    if day_number < 0 or other < 0 or day_number == other:
        return False
    year, month, day = day_number // 10_000, day_number // 100 % 100, day_number % 100
    years, months, days = other // 10_000, other // 100 % 100, other % 100
    if month * day == 1 or months * days == 1 or (month == days and day == months):
        return False
    return year != years and month != months and day != days
