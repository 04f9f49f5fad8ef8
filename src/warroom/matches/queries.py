"""Pairs of records as officers read them: questions, what the machine joined, and what officers said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.access.masking import redact
from warroom.errors import NotFound
from warroom.ledger.decision import look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.matches import shown
from warroom.matches.schema import MatchWordRow
from warroom.matches.standing import Pair, Standing, standing
from warroom.matches.views import MatchList, MatchSide, MatchView, NamedRecord, Show, Word
from warroom.subjects.resolution import finding
from warroom.subjects.resolution.joining import Pairs
from warroom.subjects.resolution.resolve import SURE, bits_of, probability
from warroom.subjects.resolution.saved import Kept

_PARTED = "\x1f"
_JUST_BELOW = 0.02


@dataclass(frozen=True)
class Said:
    """A statement that stands: its row in the ledger, the word, who said it and when."""

    id: int
    word: Word
    officer: str
    at: datetime


def listed(
    ledger: Ledger,
    kept: Kept,
    officer: Officer,
    show: Show,
    *,
    limit: int = 20,
    offset: int = 0,
    now: datetime | None = None,
) -> MatchList:
    """Pairs of a kind of record: the surest question first, the least sure of what the machine joined, the newest of what was said.

    Raises NotAllowed.
    """
    with look(ledger, officer, *role_groups.MATCH_READERS, now=now) as this:
        this.log_list("matches")
        said = said_of(this.session, kept)
    now_standing = standing_of(kept, said)
    sorts: Mapping[Show, list[tuple[Pair, float]]] = {
        "open": _open(kept, now_standing, said),
        "joined": _joined(kept, said),
        "said": _said(kept, said),
    }
    chosen = sorts[show][offset : offset + limit]
    rows = _views(kept, now_standing, said, chosen)
    return MatchList(
        tuple(redact(officer, row) for row in rows),
        len(sorts[show]),
        {name: len(pairs) for name, pairs in sorts.items()},
        len(kept.register),
        now_standing.subjects,
    )


def one(ledger: Ledger, kept: Kept, officer: Officer, pair: str, *, now: datetime | None = None) -> MatchView:
    """One pair by its name; the look is logged. Raises NotAllowed, and NotFound for a pair that nobody asks about."""
    with look(ledger, officer, *role_groups.MATCH_READERS, now=now) as this:
        this.log("match.read", f"match:{kept.kind}:{pair}")
        return redact(officer, view_of(this.session, kept, rows_of(kept, pair)))


def find(
    ledger: Ledger, kept: Kept, officer: Officer, name: str, *, most: int = 20
) -> tuple[NamedRecord, ...]:
    """Records of a kind whose name is the same as this one, in whatever script. The log keeps that a list was read and no names.

    Raises NotAllowed.
    """
    with look(ledger, officer, *role_groups.MATCH_READERS) as this:
        this.log_list("matches")
        said = said_of(this.session, kept)
    now_standing = standing_of(kept, said)
    found = finding.find(kept.register, name, most)
    records = (
        NamedRecord(one.text, _side(kept, now_standing, one.number), one.compared.score, one.compared.reason)
        for one in found
    )
    return tuple(redact(officer, record) for record in records)


def view_of(session: Session, kept: Kept, pair: Pair) -> MatchView:
    """A pair with what was said of it."""
    said = said_of(session, kept)
    return _views(kept, standing_of(kept, said), said, [(pair, _bits(kept, pair))])[0]


def rows_of(kept: Kept, pair: str) -> Pair:
    """The rows that a pair's name means. Raises NotFound."""
    elder, parted, younger = pair.partition("-")
    if not (parted and elder.isascii() and elder.isdigit() and younger.isascii() and younger.isdigit()):
        raise NotFound("matches.no-such-pair")
    rows = int(elder) - 1, int(younger) - 1
    if not 0 <= rows[0] < rows[1] < len(kept.register) or np.isnan(_bits(kept, rows)):
        raise NotFound("matches.no-such-pair")
    return rows


def said_of(session: Session, kept: Kept) -> dict[Pair, Said]:
    """The statements that stand, by their pairs; of records that are in the register."""
    query = (
        select(MatchWordRow, OfficerRow.name)
        .join(OfficerRow, OfficerRow.id == MatchWordRow.officer_id)
        .where(MatchWordRow.kind == kept.kind, MatchWordRow.taken_back_at.is_(None))
        .order_by(MatchWordRow.id.desc())
    )
    rows = session.execute(query).all()
    if not rows:
        return {}
    every = pc.binary_join_element_wise(kept.sources, kept.record_ids, _PARTED)
    names = [f"{row.one_source}{_PARTED}{row.one_record}" for row, _ in rows]
    names += [f"{row.other_source}{_PARTED}{row.other_record}" for row, _ in rows]
    at = pc.index_in(pa.array(names), every).to_pylist()
    found: dict[Pair, Said] = {}
    for (row, name), first, second in zip(rows, at[: len(rows)], at[len(rows) :], strict=True):
        if first is not None and second is not None:
            found[min(first, second), max(first, second)] = Said(row.id, row.word, name, row.at)  # type: ignore[arg-type]
    return found


def standing_of(kept: Kept, said: Mapping[Pair, Said]) -> Standing:
    """Subjects as these statements leave them."""
    same = [pair for pair, one in said.items() if one.word == "same"]
    return standing(kept.register, same, [pair for pair, one in said.items() if one.word == "apart"])


def _open(kept: Kept, now: Standing, said: Mapping[Pair, Said]) -> list[tuple[Pair, float]]:
    """Questions that nobody answered, by word or by joining the two otherwise."""
    pairs = _ordered(kept.register.questions, -1)
    return [one for one in pairs if one[0] not in said and now.subject(one[0][0]) != now.subject(one[0][1])]


def _joined(kept: Kept, said: Mapping[Pair, Said]) -> list[tuple[Pair, float]]:
    return [one for one in _ordered(kept.register.links, 1) if one[0] not in said]


def _said(kept: Kept, said: Mapping[Pair, Said]) -> list[tuple[Pair, float]]:
    return [(pair, _bits(kept, pair)) for pair in said]


def _ordered(pairs: Pairs, turn: int) -> list[tuple[Pair, float]]:
    order = np.argsort(turn * pairs.bits, kind="stable")
    rows = zip(pairs.first[order].tolist(), pairs.second[order].tolist(), strict=True)
    return list(zip(rows, pairs.bits[order].tolist(), strict=True))


def _bits(kept: Kept, pair: Pair) -> float:
    """The weight of a pair that is a question or a link; not a number where it is neither."""
    for pairs in (kept.register.questions, kept.register.links):
        at = np.flatnonzero((pairs.first == pair[0]) & (pairs.second == pair[1]))
        if len(at):
            return float(pairs.bits[at[0]])
    return float("nan")


def _views(
    kept: Kept, now: Standing, said: Mapping[Pair, Said], pairs: Sequence[tuple[Pair, float]]
) -> list[MatchView]:
    links, found = kept.register.links, []
    for (pair, bits), cells in zip(
        pairs, shown.cells(kept.register, [pair for pair, _ in pairs]), strict=True
    ):
        word = said.get(pair)
        joined = bool(((links.first == pair[0]) & (links.second == pair[1])).any())
        found.append(
            MatchView(
                f"{pair[0] + 1}-{pair[1] + 1}",
                kept.kind,  # type: ignore[arg-type]
                round(float(probability(np.asarray(bits))), 4),
                _side(kept, now, pair[0]),
                _side(kept, now, pair[1]),
                cells,
                joined,
                # What agrees in one thing alone stands just below the limit.
                not joined and bits >= bits_of(SURE) - _JUST_BELOW,
                word.word if word else "",
                word.officer if word else "",
                word.at if word else None,
            )
        )
    return found


def _side(kept: Kept, now: Standing, row: int) -> MatchSide:
    return MatchSide(kept.sources[row].as_py(), kept.record_ids[row].as_py(), now.subject(row))
