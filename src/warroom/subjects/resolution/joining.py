"""Pairs become subjects. A subject's number is that of its eldest record, so that who joins later changes nobody's number.

The surest pairs join first. Two subjects that stood before are never merged here: what would bridge them is a question, and so is
a pair of which one record may be joined by officers alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warroom.kernels import kernel

Rows = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
JOINED, ASKED, KNOWN = 1, 2, 0
"""What became of a pair: it joined two records, it is for an officer, or both were one subject by then."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of records with their probabilities: the elder record, the younger, the weight in bits."""

    first: Rows
    second: Rows
    bits: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)

    def take(self, at: npt.NDArray[np.intp] | Flags) -> "Pairs":
        """Those at these places."""
        return Pairs(self.first[at], self.second[at], self.bits[at])

    def more(self, *others: "Pairs") -> "Pairs":
        """These and the others'."""
        every = (self, *others)
        return Pairs(
            np.concatenate([one.first for one in every]),
            np.concatenate([one.second for one in every]),
            np.concatenate([one.bits for one in every]),
        )


NO_PAIRS = Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float64))


@dataclass(frozen=True)
class Joined:
    """`subject` is the eldest record of each record's subject; `links` the pairs that joined, `questions` those for an officer."""

    subject: Rows
    links: Pairs
    questions: Pairs


def join(subject: Rows, records: int, sure: Pairs, unlike: Rows, by_hand: Flags) -> Joined:
    """Join records by pairs that are sure enough.

    `subject` is of the records that stood before, `records` how many there are now. Records of unequal numbers in `unlike` (-1: none)
    cannot be one subject. `by_hand` marks records that an officer alone may join.
    """
    stood = len(subject)
    found = np.arange(records, dtype=np.int32)
    found[:stood] = subject
    order = np.argsort(-sure.bits, kind="stable")
    sure = sure.take(order)
    became = np.zeros(len(sure), np.uint8)
    _joined(found, stood, sure.first, sure.second, unlike.copy(), by_hand, became)
    return Joined(found, sure.take(became == JOINED), sure.take(became == ASKED))


@kernel(cache=True)
def _joined(
    found: Rows,
    stood: int,
    first: Rows,
    second: Rows,
    unlike: Rows,
    by_hand: Flags,
    became: npt.NDArray[np.uint8],
) -> None:
    for r in range(stood):
        # A subject that stood before answers with one number for all its records.
        if unlike[r] >= 0 and unlike[found[r]] < 0:
            unlike[found[r]] = unlike[r]
    for k in range(len(first)):
        a, b = first[k], second[k]
        while found[a] != a:
            found[a] = found[found[a]]
            a = found[a]
        while found[b] != b:
            found[b] = found[found[b]]
            b = found[b]
        if a == b:
            continue
        elder, younger = min(a, b), max(a, b)
        bridges = younger < stood
        differ = unlike[elder] >= 0 and unlike[younger] >= 0 and unlike[elder] != unlike[younger]
        if bridges or differ or by_hand[first[k]] or by_hand[second[k]]:
            became[k] = 2
            continue
        found[younger] = elder
        if unlike[elder] < 0:
            unlike[elder] = unlike[younger]
        became[k] = 1
    for r in range(len(found)):
        root = r
        while found[root] != root:
            root = found[root]
        found[r] = root
