"""Pairs of records for officers: open questions, pairs linked by machine, and officers' statements."""

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
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.matches import shown
from warroom.matches.schema import MatchWordRow
from warroom.matches.standing import Pair, SubjectStanding, apply_statements
from warroom.matches.views import MatchList, MatchSide, MatchView, NamedRecord, Show, Word
from warroom.subjects.resolution import finding
from warroom.subjects.resolution.joining import RecordPairs
from warroom.subjects.resolution.resolve import (
    SAME_SUBJECT_THRESHOLD,
    bits_to_probability,
    probability_to_bits,
)
from warroom.subjects.resolution.saved import SavedRegister

# ASCII's unit separator: it occurs in no source name and no record number.
_PARTED = "\x1f"
# Bits: twice `resolve._BELOW`, by which a capped pair is below the limit at most, so that rounding changes nothing.
_JUST_BELOW = 0.02


@dataclass(frozen=True)
class MatchStatement:
    """A statement in force: its row in the ledger, the word, the officer and the time."""

    id: int
    word: Word
    officer: str
    at: datetime


def list_matches(
    ledger: Ledger,
    kept: SavedRegister,
    officer: Officer,
    show: Show,
    *,
    limit: int = 20,
    offset: int = 0,
    now: datetime | None = None,
) -> MatchList:
    """A page of pairs: questions by falling, machine links by rising probability, statements by falling time.

    Raises NotAllowed.
    """
    # The transaction ends before the register is sorted: that takes a while and needs no database.
    with logged_read(ledger, officer, *role_groups.MATCH_READERS, now=now) as this:
        this.log_list_read("matches")
        statements = load_statements(this.session, kept)
    now_standing = build_standing(kept, statements)
    sorts: Mapping[Show, list[tuple[Pair, float]]] = {
        "open": _list_open(kept, now_standing, statements),
        "joined": _list_joined(kept, statements),
        "said": _list_said(kept, statements),
    }
    chosen = sorts[show][offset : offset + limit]
    rows = _build_match_views(kept, now_standing, statements, chosen)
    return MatchList(
        tuple(redact(officer, row) for row in rows),
        len(sorts[show]),
        {name: len(pairs) for name, pairs in sorts.items()},
        len(kept.register),
        now_standing.subject_count,
    )


def load_match(
    ledger: Ledger, kept: SavedRegister, officer: Officer, pair: str, *, now: datetime | None = None
) -> MatchView:
    """One pair by its name; the read is logged.

    Raises NotAllowed, and NotFound for a pair that is no question or link.
    """
    with logged_read(ledger, officer, *role_groups.MATCH_READERS, now=now) as this:
        this.log_entry("match.read", f"match:{kept.kind}:{pair}")
        return redact(officer, build_match_view(this.session, kept, parse_pair(kept, pair)))


def find_records_by_name(
    ledger: Ledger, kept: SavedRegister, officer: Officer, name: str, *, most: int = 20
) -> tuple[NamedRecord, ...]:
    """Records of a kind whose name is the same as this one, in whatever script. The log keeps that a list was read and no names.

    Raises NotAllowed.
    """
    with logged_read(ledger, officer, *role_groups.MATCH_READERS) as this:
        this.log_list_read("matches")
        statements = load_statements(this.session, kept)
    now_standing = build_standing(kept, statements)
    name_matches = finding.find_records_by_name(kept.register, name, most)
    records = (
        NamedRecord(
            name_match.text,
            _build_side(kept, now_standing, name_match.number),
            name_match.compared.score,
            name_match.compared.reason,
        )
        for name_match in name_matches
    )
    return tuple(redact(officer, record) for record in records)


def build_match_view(session: Session, kept: SavedRegister, pair: Pair) -> MatchView:
    """A pair with the statement on it, unmasked."""
    said = load_statements(session, kept)
    return _build_match_views(
        kept, build_standing(kept, said), said, [(pair, _find_pair_weight(kept, pair))]
    )[0]


def parse_pair(kept: SavedRegister, pair: str) -> Pair:
    """The rows of a pair named `ELDER-YOUNGER`, both counted from 1. Raises NotFound."""
    # ASCII digits alone: `int` would also take Thai ones, and one pair would have two names in the log.
    elder, parted, younger = pair.partition("-")
    if not (parted and elder.isascii() and elder.isdigit() and younger.isascii() and younger.isdigit()):
        raise NotFound("matches.no-such-pair")
    rows = int(elder) - 1, int(younger) - 1
    if not 0 <= rows[0] < rows[1] < len(kept.register) or np.isnan(_find_pair_weight(kept, rows)):
        raise NotFound("matches.no-such-pair")
    return rows


def load_statements(session: Session, kept: SavedRegister) -> dict[Pair, MatchStatement]:
    """The statements in force by pair of rows; those on records that the register does not have are left out."""
    query = (
        select(MatchWordRow, OfficerRow.name)
        .join(OfficerRow, OfficerRow.id == MatchWordRow.officer_id)
        .where(MatchWordRow.kind == kept.kind, MatchWordRow.taken_back_at.is_(None))
        # The newest first: a dict keeps this order, and the list of statements is shown in it.
        .order_by(MatchWordRow.id.desc())
    )
    rows = session.execute(query).all()
    if not rows:
        return {}
    # Statements name records by source and number: rows change when a register is resolved again.
    every = pc.binary_join_element_wise(kept.sources, kept.record_ids, _PARTED)
    names = [f"{row.one_source}{_PARTED}{row.one_record}" for row, _ in rows]
    names += [f"{row.other_source}{_PARTED}{row.other_record}" for row, _ in rows]
    at = pc.index_in(pa.array(names), every).to_pylist()
    statements: dict[Pair, MatchStatement] = {}
    for (row, name), first, second in zip(rows, at[: len(rows)], at[len(rows) :], strict=True):
        # A register that was thrown away and resolved again may lack records that officers spoke about.
        if first is not None and second is not None:
            statements[min(first, second), max(first, second)] = MatchStatement(
                row.id,
                row.word,  # type: ignore[arg-type]
                name,
                row.at,
            )
    return statements


def build_standing(kept: SavedRegister, said: Mapping[Pair, MatchStatement]) -> SubjectStanding:
    """The subjects after these statements."""
    same = [pair for pair, one in said.items() if one.word == "same"]
    return apply_statements(kept.register, same, [pair for pair, one in said.items() if one.word == "apart"])


def _list_open(
    kept: SavedRegister, now: SubjectStanding, statements: Mapping[Pair, MatchStatement]
) -> list[tuple[Pair, float]]:
    """Questions without a statement whose two records are not in one subject by another way."""
    pairs = _sort_pairs(kept.register.questions, -1)
    return [
        scored_pair
        for scored_pair in pairs
        if scored_pair[0] not in statements
        and now.find_subject_number(scored_pair[0][0]) != now.find_subject_number(scored_pair[0][1])
    ]


def _list_joined(kept: SavedRegister, said: Mapping[Pair, MatchStatement]) -> list[tuple[Pair, float]]:
    return [one for one in _sort_pairs(kept.register.links, 1) if one[0] not in said]


def _list_said(kept: SavedRegister, said: Mapping[Pair, MatchStatement]) -> list[tuple[Pair, float]]:
    return [(pair, _find_pair_weight(kept, pair)) for pair in said]


def _sort_pairs(pairs: RecordPairs, turn: int) -> list[tuple[Pair, float]]:
    # Stable: pairs of equal weight keep one order, so that no page repeats or skips one.
    order = np.argsort(turn * pairs.bits, kind="stable")
    rows = zip(pairs.first[order].tolist(), pairs.second[order].tolist(), strict=True)
    return list(zip(rows, pairs.bits[order].tolist(), strict=True))


def _find_pair_weight(kept: SavedRegister, pair: Pair) -> float:
    """The weight of a pair that is a question or a link; not a number where it is neither."""
    for pairs in (kept.register.questions, kept.register.links):
        at = np.flatnonzero((pairs.first == pair[0]) & (pairs.second == pair[1]))
        if len(at):
            return float(pairs.bits[at[0]])
    return float("nan")


def _build_match_views(
    kept: SavedRegister,
    now: SubjectStanding,
    statements: Mapping[Pair, MatchStatement],
    pairs: Sequence[tuple[Pair, float]],
) -> list[MatchView]:
    links, views = kept.register.links, []
    for (pair, bits), cells in zip(
        pairs, shown.build_cells(kept.register, [pair for pair, _ in pairs]), strict=True
    ):
        word = statements.get(pair)
        joined = bool(((links.first == pair[0]) & (links.second == pair[1])).any())
        views.append(
            MatchView(
                f"{pair[0] + 1}-{pair[1] + 1}",
                kept.kind,  # type: ignore[arg-type]
                round(float(bits_to_probability(np.asarray(bits))), 4),
                _build_side(kept, now, pair[0]),
                _build_side(kept, now, pair[1]),
                cells,
                joined,
                # A pair that agrees in one weak column is capped just below the limit (`_compress_below`).
                not joined and bits >= probability_to_bits(SAME_SUBJECT_THRESHOLD) - _JUST_BELOW,
                word.word if word else "",
                word.officer if word else "",
                word.at if word else None,
            )
        )
    return views


def _build_side(kept: SavedRegister, now: SubjectStanding, row: int) -> MatchSide:
    return MatchSide(kept.sources[row].as_py(), kept.record_ids[row].as_py(), now.find_subject_number(row))
