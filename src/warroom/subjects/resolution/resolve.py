"""Entity resolution: records become subjects, at first all at once, later each day's new records against the
known.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.subjects.resolution import blocks as blocking
from warroom.subjects.resolution.blocks import KeyBlock
from warroom.subjects.resolution.columns import Holds
from warroom.subjects.resolution.joining import NO_PAIRS, JoinedRecords, RecordPairs, join_records
from warroom.subjects.resolution.levels import (
    DIFFERENT,
    KIN,
    NEAR,
    RENAMED,
    SAME,
    SHARED,
    Levels,
    RecordComparer,
)
from warroom.subjects.resolution.traits import find_own_name_column, traits_of
from warroom.subjects.resolution.values import ColumnValues, encode_column
from warroom.subjects.resolution.weights import MatchWeights, learn_weights

# Both thresholds were chosen; docs/measurements/resolution.md says how well they do.
SAME_SUBJECT_THRESHOLD = 0.95
"""From this probability on a pair joins by itself."""
DOUBTFUL = 0.3
"""From this probability on a pair is a question for an officer; below it is dropped."""
_NUMBERS: tuple[Holds, ...] = ("id", "passport")
_OWN: tuple[Holds, ...] = ("date", *_NUMBERS)
"""Columns that people who live or work together do not share, but for twins the day of birth."""
_WEAK: tuple[Holds, ...] = ("name", "company", "date", "text")
# Bits: how far below a ceiling the surest capped pair stays.
_BELOW = 0.01
_EVEN = 0.0
"""Bits of an even chance."""
# Chosen: what officers can read (decision 52).
ASKED_OF_ONE, ASKED_OF_TWO = 3, 1_000
"""Questions about records of two names: at most so many of one record, and so many of one file."""
WHOLE, A_WORD, RELATED, NOTHING = range(4)
# Pairs drawn at random to estimate chance agreement; a share of 1 in 10,000 is then known to some 16 %.
_DRAWN = 400_000
# Candidate pairs that teach the weights: more change the figures little and cost memory.
_TAUGHT = 400_000
_PART = 1_000_000
"""Pairs that one thread scores at a time at most."""
# The two cores that the product is measured on; more threads also hold more pairs in memory at once.
_THREADS = 2
# Fixed, so that the same files always give the same weights, links and numbers.
_SEED = 20_26

Rows = npt.NDArray[np.int32]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Register:
    """The state of the resolution: all records so far, to which new ones are added.

    Rows are records in order of arrival.
    """

    columns: tuple[ColumnValues, ...]
    blocks: tuple[KeyBlock, ...]
    weights: MatchWeights
    subject: Rows
    """The eldest record of each record's subject."""
    links: RecordPairs
    questions: RecordPairs
    unasked: int = 0
    """Pairs of records of two names that share as much and were not asked about when the last ones came."""

    def __len__(self) -> int:
        return len(self.subject)


def resolve_first_records(
    written: Mapping[str, pa.Array], holds: Mapping[str, Holds], by_hand: npt.NDArray[np.bool_] | None = None
) -> Register:
    """Resolve the first records, without known ones.

    `written`: their columns as written, all of the same length.
    """
    columns = tuple(encode_column(name, holds[name], array) for name, array in written.items())
    records = len(columns[0].codes)
    rows, twins = _separate_twins(columns, np.arange(records, dtype=np.int32))
    families = tuple(blocking.build_blocks(columns, rows))
    pair_keys = blocking.sort_distinct(np.concatenate(list(_map_in_threads(blocking.pairs_within, families))))
    comparer = RecordComparer(columns)
    weights = _learn_weights(comparer, pair_keys, rows, records)
    empty = Register(columns, families, weights, np.zeros(0, np.int32), NO_PAIRS, NO_PAIRS)
    return _decide_pairs(empty, comparer, pair_keys, twins, by_hand)


def resolve_new_records(
    known: Register, written: Mapping[str, pa.Array], by_hand: npt.NDArray[np.bool_] | None = None
) -> Register:
    """Resolve new records against the known: each joins a subject or makes a new one, and no existing number
    changes.
    """
    before = len(known)
    columns = tuple(_extend_column(column, written[column.name]) for column in known.columns)
    rows, twins = _separate_twins(columns, np.arange(before, len(columns[0].codes), dtype=np.int32))
    fresh = tuple(blocking.build_blocks(columns, rows))
    pair_keys = blocking.sort_distinct(
        np.concatenate(list(_map_in_threads(blocking.pairs_between, known.blocks, fresh)))
    )
    merged = tuple(old.merge_with(new) for old, new in zip(known.blocks, fresh, strict=True))
    return _decide_pairs(
        replace(known, columns=columns, blocks=merged), RecordComparer(columns), pair_keys, twins, by_hand
    )


def bits_to_probability(bits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The probability that a weight in bits stands for."""
    return 1.0 / (1.0 + np.exp2(-bits))


def probability_to_bits(probability: float) -> float:
    """The weight in bits of a probability."""
    return float(np.log2(probability / (1.0 - probability)))


def _extend_column(column: ColumnValues, written: pa.Array) -> ColumnValues:
    more = encode_column(column.name, column.content, written, column)
    return replace(more, codes=np.concatenate([column.codes, more.codes]))


def _map_in_threads(function: Callable[..., Result], *of: Iterable[Any]) -> Iterator[Result]:
    """Results of a function, in order; several threads, since the work is compiled code or numpy."""
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(function, *of)


def _separate_twins(columns: Sequence[ColumnValues], rows: Rows) -> tuple[Rows, RecordPairs]:
    """The records without exact copies of an earlier one, and the pairs of each copy with that earlier
    record.
    """
    codes = np.stack([column.codes[rows] for column in columns], axis=1)
    _, first, back = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    eldest = rows[first[back.reshape(-1)]]
    again = eldest != rows
    return np.sort(rows[first]), RecordPairs(eldest[again], rows[again], np.zeros(int(again.sum())))


def _learn_weights(
    comparer: RecordComparer, pair_hashes: blocking.Hashes, rows: Rows, records: int
) -> MatchWeights:
    draw = np.random.default_rng(_SEED)
    some = draw.choice(pair_hashes, _TAUGHT, replace=False) if len(pair_hashes) > _TAUGHT else pair_hashes
    first, second = draw.choice(rows, _DRAWN), draw.choice(rows, _DRAWN)
    apart = first != second
    by_chance = comparer.compare_pairs(first[apart], second[apart])
    candidates = comparer.compare_pairs(*blocking.split_pairs(some))
    return learn_weights(
        comparer.columns, by_chance, candidates, len(rows), len(pair_hashes) / max(len(some), 1)
    )


def _decide_pairs(
    known: Register,
    comparer: RecordComparer,
    pair_keys: blocking.Hashes,
    twins: RecordPairs,
    by_hand: npt.NDArray[np.bool_] | None,
) -> Register:
    records = len(known.columns[0].codes)
    # Records named by an action: an automatic link there would extend the action to everyone who is linked.
    hands = np.zeros(records, np.bool_) if by_hand is None else by_hand

    def score_part(part: blocking.Hashes) -> ScoredRecordPairs:
        # Filtered in the thread: most candidates are below the limit, and all together would not fit into
        # memory.
        some = _score_pairs(known, comparer, *blocking.split_pairs(part))
        return some.select_pairs(some.pairs.bits >= probability_to_bits(DOUBTFUL))

    parts = np.array_split(pair_keys, max(_THREADS, -(-len(pair_keys) // _PART)))
    scored = ScoredRecordPairs.concatenate(
        [*_map_in_threads(score_part, parts), _score_pairs(known, comparer, twins.first, twins.second)]
    )
    likely = _without_crowds(scored, records)
    is_sure = likely.pairs.bits >= probability_to_bits(SAME_SUBJECT_THRESHOLD)
    made = join_records(
        known.subject, records, likely.pairs.select_pairs(is_sure), traits_of(known.columns), hands
    )
    open_, unasked = _limit_questions(likely.select_pairs(~is_sure))
    asked = _open_questions(made, made.questions.append_pairs(open_))
    return replace(
        known,
        subject=made.subject,
        links=known.links.append_pairs(made.links),
        questions=known.questions.append_pairs(asked),
        unasked=unasked,
    )


def _score_pairs(known: Register, comparer: RecordComparer, first: Rows, second: Rows) -> "ScoredRecordPairs":
    levels = comparer.compare_pairs(first, second)
    codes = np.stack([column.codes[first] for column in known.columns], axis=1)
    total = len(known.columns[0].codes)
    bits = known.weights.score_pairs(levels, known.columns, codes, total)
    shares = _shared_name_parts(known.columns, levels)
    # Two people may share a name or a birthday: agreement in that alone is at most a question. So is another
    # given name, and another family name.
    alone = _agrees_alone(known.columns, levels) | (shares == RELATED)
    bits = np.where(alone, _compress_below(probability_to_bits(SAME_SUBJECT_THRESHOLD), bits), bits)
    # Names of two are a question too, behind the others, whatever else agrees.
    bits = np.where(shares == NOTHING, _compress_below(_EVEN, bits), bits)
    return ScoredRecordPairs(RecordPairs(first, second, bits), shares)


@dataclass(frozen=True)
class ScoredRecordPairs:
    """Pairs with their weights, and the part of the subjects' own names that each pair shares: `WHOLE` (also
    if one name is not known), `A_WORD` if nothing else of their own agrees, `RELATED` if the given
    names or the family names are apart, `NOTHING`.
    """

    pairs: RecordPairs
    shares: Levels

    def select_pairs(self, at: npt.NDArray[np.bool_]) -> "ScoredRecordPairs":
        """Those at these places."""
        return ScoredRecordPairs(self.pairs.select_pairs(at), self.shares[at])

    @staticmethod
    def concatenate(parts: "Sequence[ScoredRecordPairs]") -> "ScoredRecordPairs":
        """All of several."""
        shares = np.concatenate([part.shares for part in parts])
        return ScoredRecordPairs(NO_PAIRS.append_pairs(*(part.pairs for part in parts)), shares)


def _compress_below(ceiling: float, bits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bits below a ceiling; what would be above it keeps its order just below."""
    over = np.maximum(bits - ceiling, 0.0)
    return np.minimum(bits, ceiling - _BELOW / (1.0 + over))


def _without_crowds(scored: ScoredRecordPairs, records: int) -> ScoredRecordPairs:
    """Values that a record shares with people of other names (those of a dormitory) do not identify it: if a
    pair also shares one word of a name, such as a given name, it is at most a question.
    """
    crowd = np.zeros(records, np.bool_)
    others = scored.pairs.select_pairs(scored.shares == NOTHING)
    crowd[others.first] = crowd[others.second] = True
    pairs = scored.pairs
    at = (scored.shares == A_WORD) & (crowd[pairs.first] | crowd[pairs.second])
    bits = np.where(at, _compress_below(probability_to_bits(SAME_SUBJECT_THRESHOLD), pairs.bits), pairs.bits)
    return ScoredRecordPairs(replace(pairs, bits=bits), scored.shares)


def _limit_questions(doubtful: ScoredRecordPairs) -> tuple[RecordPairs, int]:
    """The questions, and how many were left out. Pairs with different names are limited, the surest first:
    `ASKED_OF_ONE` for each record, `ASKED_OF_TWO` in all.
    """
    apart = doubtful.shares == NOTHING
    pairs = doubtful.pairs.select_pairs(apart)
    asked: Counter[int] = Counter()
    kept: list[int] = []
    for place in np.argsort(-pairs.bits, kind="stable").tolist():
        first_record, other = int(pairs.first[place]), int(pairs.second[place])
        if max(asked[first_record], asked[other]) < ASKED_OF_ONE:
            kept.append(place)
            asked.update((first_record, other))
        if len(kept) == ASKED_OF_TWO:
            break
    questions = doubtful.pairs.select_pairs(~apart).append_pairs(pairs.select_pairs(np.array(kept, np.intp)))
    return questions, len(pairs) - len(kept)


def _shared_name_parts(columns: Sequence[ColumnValues], levels: Levels) -> Levels:
    """By pair what part of the subjects' own names it shares (`ScoredRecordPairs`)."""
    named = find_own_name_column(columns)
    if named is None:
        return np.zeros(len(levels), np.uint8)
    level = levels[:, named]
    shares = np.full(len(levels), WHOLE, np.uint8)
    # Twins have one day of birth; who changed the family name is for an officer, since namesakes share a telephone too.
    shares[(level == SHARED) & ~_any_column_agrees(columns, levels, _OWN)] = A_WORD
    shares[(level == KIN) & ~_any_column_agrees(columns, levels, _NUMBERS)] = RELATED
    shares[level == RENAMED] = RELATED
    shares[level == DIFFERENT] = NOTHING
    return shares


def _any_column_agrees(
    columns: Sequence[ColumnValues], levels: Levels, held: tuple[Holds, ...]
) -> npt.NDArray[np.bool_]:
    """Whether a column that holds one of these agrees, but for a slip."""
    of = np.array([column.content in held for column in columns])
    found: npt.NDArray[np.bool_] = ((levels == SAME) | (levels == NEAR))[:, of].any(axis=1)
    return found


def _agrees_alone(columns: Sequence[ColumnValues], levels: Levels) -> npt.NDArray[np.bool_]:
    agrees = (levels >= SAME) & (levels < DIFFERENT)
    weak = np.array([column.content in _WEAK for column in columns])
    found: npt.NDArray[np.bool_] = (agrees.sum(axis=1) < 2) & ~agrees[:, ~weak].any(axis=1)
    return found


def _open_questions(made: JoinedRecords, asked: RecordPairs) -> RecordPairs:
    """Questions of two subjects, the surest of each two alone."""
    one, other = made.subject[asked.first], made.subject[asked.second]
    apart = asked.select_pairs(one != other)
    keys = np.minimum(one, other)[one != other].astype(np.int64) << 32 | np.maximum(one, other)[one != other]
    order = np.argsort(-apart.bits, kind="stable")
    _, kept = np.unique(keys[order], return_index=True)
    return apart.select_pairs(np.sort(order[kept]))
