"""Records in, subjects out: at first all of them at once, later each day's new ones beside those that stand."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.subjects.resolution import blocks as blocking
from warroom.subjects.resolution.blocks import Block
from warroom.subjects.resolution.columns import Holds
from warroom.subjects.resolution.joining import NO_PAIRS, Joined, Pairs, join
from warroom.subjects.resolution.levels import DIFFERENT, KIN, NEAR, SAME, SHARED, Comparer, Levels
from warroom.subjects.resolution.traits import own_name, traits_of
from warroom.subjects.resolution.values import Values, read
from warroom.subjects.resolution.weights import Weights, learn

SURE = 0.95
"""From this probability on a pair joins by itself."""
DOUBTFUL = 0.3
"""From this one on it is a question for an officer; below nobody hears of it."""
_NUMBERS: tuple[Holds, ...] = ("id", "passport")
_OWN: tuple[Holds, ...] = ("date", *_NUMBERS)
"""What nobody shares with those they live or work with, except twins a day of birth."""
_WEAK: tuple[Holds, ...] = ("name", "company", "date", "text")
_BELOW = 0.01
_EVEN = 0.0
"""Bits of an even chance."""
ASKED_OF_ONE, ASKED_OF_TWO = 3, 1_000
"""Questions about records of two names: at most so many of one record, and so many of one file."""
WHOLE, A_WORD, RELATED, NOTHING = range(4)
_DRAWN = 400_000
_TAUGHT = 400_000
_PART = 1_000_000
"""Pairs that one thread scores at a time at most."""
_THREADS = 2
_SEED = 20_26

Rows = npt.NDArray[np.int32]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Register:
    """Everything that is known of records resolved so far; what comes next joins it. Rows are records in the order they came."""

    columns: tuple[Values, ...]
    blocks: tuple[Block, ...]
    weights: Weights
    subject: Rows
    """The eldest record of each record's subject."""
    links: Pairs
    questions: Pairs
    unasked: int = 0
    """Pairs of records of two names that share as much and were not asked about when the last ones came."""

    def __len__(self) -> int:
        return len(self.subject)


def begin(
    written: Mapping[str, pa.Array], holds: Mapping[str, Holds], by_hand: npt.NDArray[np.bool_] | None = None
) -> Register:
    """Resolve records that stand alone. `written` are their columns as they were written, all of one length."""
    columns = tuple(read(name, holds[name], array) for name, array in written.items())
    records = len(columns[0].codes)
    rows, twins = _different(columns, np.arange(records, dtype=np.int32))
    families = tuple(blocking.blocks(columns, rows))
    found = blocking.distinct(np.concatenate(list(_at_once(blocking.pairs_within, families))))
    comparer = Comparer(columns)
    weights = _learned(comparer, found, rows, records)
    empty = Register(columns, families, weights, np.zeros(0, np.int32), NO_PAIRS, NO_PAIRS)
    return _decided(empty, comparer, found, twins, by_hand)


def add(
    known: Register, written: Mapping[str, pa.Array], by_hand: npt.NDArray[np.bool_] | None = None
) -> Register:
    """Resolve new records beside those that stand: they join a subject or are one of their own, and no other number changes."""
    before = len(known)
    columns = tuple(_longer(column, written[column.name]) for column in known.columns)
    rows, twins = _different(columns, np.arange(before, len(columns[0].codes), dtype=np.int32))
    fresh = tuple(blocking.blocks(columns, rows))
    found = blocking.distinct(np.concatenate(list(_at_once(blocking.pairs_between, known.blocks, fresh))))
    merged = tuple(old.more(new) for old, new in zip(known.blocks, fresh, strict=True))
    return _decided(replace(known, columns=columns, blocks=merged), Comparer(columns), found, twins, by_hand)


def probability(bits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The probability that a weight in bits stands for."""
    return 1.0 / (1.0 + np.exp2(-bits))


def bits_of(probability: float) -> float:
    """The weight in bits of a probability."""
    return float(np.log2(probability / (1.0 - probability)))


def _longer(column: Values, written: pa.Array) -> Values:
    more = read(column.name, column.holds, written, column)
    return replace(more, codes=np.concatenate([column.codes, more.codes]))


def _at_once(function: Callable[..., Result], *of: Iterable[Any]) -> Iterator[Result]:
    """What a function makes of many things, in their order; several threads, since the work is compiled or numpy's own."""
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(function, *of)


def _different(columns: Sequence[Values], rows: Rows) -> tuple[Rows, Pairs]:
    """The records without those that say word for word what an elder one says, and each of these with that elder one."""
    said = np.stack([column.codes[rows] for column in columns], axis=1)
    _, first, back = np.unique(said, axis=0, return_index=True, return_inverse=True)
    eldest = rows[first[back.reshape(-1)]]
    again = eldest != rows
    return np.sort(rows[first]), Pairs(eldest[again], rows[again], np.zeros(int(again.sum())))


def _learned(comparer: Comparer, found: blocking.Hashes, rows: Rows, records: int) -> Weights:
    draw = np.random.default_rng(_SEED)
    some = draw.choice(found, _TAUGHT, replace=False) if len(found) > _TAUGHT else found
    first, second = draw.choice(rows, _DRAWN), draw.choice(rows, _DRAWN)
    apart = first != second
    by_chance = comparer.levels(first[apart], second[apart])
    candidates = comparer.levels(*blocking.split(some))
    return learn(comparer.columns, by_chance, candidates, len(rows), len(found) / max(len(some), 1))


def _decided(
    known: Register,
    comparer: Comparer,
    found: blocking.Hashes,
    twins: Pairs,
    by_hand: npt.NDArray[np.bool_] | None,
) -> Register:
    records = len(known.columns[0].codes)
    hands = np.zeros(records, np.bool_) if by_hand is None else by_hand

    def told(part: blocking.Hashes) -> Scored:
        some = _scored(known, comparer, *blocking.split(part))
        return some.take(some.pairs.bits >= bits_of(DOUBTFUL))

    parts = np.array_split(found, max(_THREADS, -(-len(found) // _PART)))
    scored = Scored.joined([*_at_once(told, parts), _scored(known, comparer, twins.first, twins.second)])
    likely = _without_crowds(scored, records)
    is_sure = likely.pairs.bits >= bits_of(SURE)
    made = join(known.subject, records, likely.pairs.take(is_sure), traits_of(known.columns), hands)
    open_, unasked = _few_of_two(likely.take(~is_sure))
    asked = _open(made, made.questions.more(open_))
    return replace(
        known,
        subject=made.subject,
        links=known.links.more(made.links),
        questions=known.questions.more(asked),
        unasked=unasked,
    )


def _scored(known: Register, comparer: Comparer, first: Rows, second: Rows) -> "Scored":
    levels = comparer.levels(first, second)
    codes = np.stack([column.codes[first] for column in known.columns], axis=1)
    total = len(known.columns[0].codes)
    bits = known.weights.scored(levels, known.columns, codes, total)
    shares = _shares(known.columns, levels)
    # Two people bear one name or one birthday: what agrees in that alone is at most a question; so is another given name.
    alone = _agrees_alone(known.columns, levels) | (shares == RELATED)
    bits = np.where(alone, _at_most(bits_of(SURE), bits), bits)
    # Names of two are a question too, behind the others, whatever else agrees.
    bits = np.where(shares == NOTHING, _at_most(_EVEN, bits), bits)
    return Scored(Pairs(first, second, bits), shares)


@dataclass(frozen=True)
class Scored:
    """Pairs with their weights, and what part of the subjects' own names they share: `WHOLE` (or one is not known), `A_WORD` where nothing
    else of their own agrees, `RELATED` where it is no given name, `NOTHING`.
    """

    pairs: Pairs
    shares: Levels

    def take(self, at: npt.NDArray[np.bool_]) -> "Scored":
        """Those at these places."""
        return Scored(self.pairs.take(at), self.shares[at])

    @staticmethod
    def joined(parts: "Sequence[Scored]") -> "Scored":
        """All of several."""
        shares = np.concatenate([part.shares for part in parts])
        return Scored(NO_PAIRS.more(*(part.pairs for part in parts)), shares)


def _at_most(ceiling: float, bits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bits below a ceiling; what would be above it keeps its order just below."""
    over = np.maximum(bits - ceiling, 0.0)
    return np.minimum(bits, ceiling - _BELOW / (1.0 + over))


def _without_crowds(scored: Scored, records: int) -> Scored:
    """What a record shares with people of other names says nothing of who it is: where it shares a word of a name as well, such as a given
    name with another of one dormitory, that is a question.
    """
    crowd = np.zeros(records, np.bool_)
    others = scored.pairs.take(scored.shares == NOTHING)
    crowd[others.first] = crowd[others.second] = True
    pairs = scored.pairs
    at = (scored.shares == A_WORD) & (crowd[pairs.first] | crowd[pairs.second])
    bits = np.where(at, _at_most(bits_of(SURE), pairs.bits), pairs.bits)
    return Scored(replace(pairs, bits=bits), scored.shares)


def _few_of_two(doubtful: Scored) -> tuple[Pairs, int]:
    """Questions: all but those of two names, of which each record has a few, the surest first, and all together no more than somebody reads;
    and how many were left out.
    """
    apart = doubtful.shares == NOTHING
    pairs = doubtful.pairs.take(apart)
    asked: Counter[int] = Counter()
    kept: list[int] = []
    for place in np.argsort(-pairs.bits, kind="stable").tolist():
        one, other = int(pairs.first[place]), int(pairs.second[place])
        if max(asked[one], asked[other]) < ASKED_OF_ONE:
            kept.append(place)
            asked.update((one, other))
        if len(kept) == ASKED_OF_TWO:
            break
    questions = doubtful.pairs.take(~apart).more(pairs.take(np.array(kept, np.intp)))
    return questions, len(pairs) - len(kept)


def _shares(columns: Sequence[Values], levels: Levels) -> Levels:
    """By pair what part of the subjects' own names it shares (`Scored`)."""
    named = own_name(columns)
    if named is None:
        return np.zeros(len(levels), np.uint8)
    level = levels[:, named]
    found = np.full(len(levels), WHOLE, np.uint8)
    # Who changed a surname still has a day of birth and an identity number; twins have one day of birth.
    found[(level == SHARED) & ~_agree(columns, levels, _OWN)] = A_WORD
    found[(level == KIN) & ~_agree(columns, levels, _NUMBERS)] = RELATED
    found[level == DIFFERENT] = NOTHING
    return found


def _agree(columns: Sequence[Values], levels: Levels, held: tuple[Holds, ...]) -> npt.NDArray[np.bool_]:
    """Whether a column that holds one of these agrees, but for a slip."""
    of = np.array([column.holds in held for column in columns])
    found: npt.NDArray[np.bool_] = ((levels == SAME) | (levels == NEAR))[:, of].any(axis=1)
    return found


def _agrees_alone(columns: Sequence[Values], levels: Levels) -> npt.NDArray[np.bool_]:
    agrees = (levels >= SAME) & (levels < DIFFERENT)
    weak = np.array([column.holds in _WEAK for column in columns])
    found: npt.NDArray[np.bool_] = (agrees.sum(axis=1) < 2) & ~agrees[:, ~weak].any(axis=1)
    return found


def _open(made: Joined, asked: Pairs) -> Pairs:
    """Questions of two subjects, the surest of each two alone."""
    one, other = made.subject[asked.first], made.subject[asked.second]
    apart = asked.take(one != other)
    keys = np.minimum(one, other)[one != other].astype(np.int64) << 32 | np.maximum(one, other)[one != other]
    order = np.argsort(-apart.bits, kind="stable")
    _, kept = np.unique(keys[order], return_index=True)
    return apart.take(np.sort(order[kept]))
