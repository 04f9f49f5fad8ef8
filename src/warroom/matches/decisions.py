"""Decisions on a pair of records: stating that they are of one subject or of two, and withdrawing the
statement.
"""

from datetime import datetime

from warroom.access import role_groups
from warroom.errors import NotPossible
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.matches.queries import build_match_view, load_statements, parse_pair
from warroom.matches.schema import MatchWordRow
from warroom.matches.views import WORDS, MatchView, Word
from warroom.subjects.resolution.saved import SavedRegister


def record_match_word(
    ledger: Ledger,
    kept: SavedRegister,
    officer: Officer,
    pair: str,
    word: Word,
    key: str,
    *,
    now: datetime | None = None,
) -> MatchView:
    """Record an officer's statement on a pair with what they saw; returns the pair afterwards. A repeated key
    adds nothing.

    Raises NotAllowed, NotFound, and NotPossible where a statement exists: it has to be withdrawn first.
    """
    # Checked here too: the interface's types do not bind other callers.
    if word not in WORDS:
        raise NotPossible("matches.word-unfit")
    rows = parse_pair(kept, pair)
    with open_decision(
        ledger, officer, *role_groups.MATCH_DECIDERS, now=now, clash="matches.said-already"
    ) as this:
        if this.find_earlier_result(key, "match", kept.kind, pair, word) is None:
            # The whole view is kept: the records may look different when somebody asks what this was based on.
            seen = build_match_view(this.session, kept, rows)
            if seen.word:
                raise NotPossible("matches.said-already")
            row = MatchWordRow(
                kind=kept.kind,
                one_source=seen.one.source,
                one_record=seen.one.record_id,
                other_source=seen.other.source,
                other_record=seen.other.record_id,
                word=word,
                seen=to_json_value(seen),
                officer_id=this.person.id,
                at=this.now,
            )
            this.session.add(row)
            this.session.flush()
            subjects = {"one": seen.one.subject, "other": seen.other.subject, "probability": seen.probability}
            this.log_entry(f"match.{word}", f"match:{kept.kind}:{pair}", subjects)
        return build_match_view(this.session, kept, rows)


def take_back(
    ledger: Ledger, kept: SavedRegister, officer: Officer, pair: str, key: str, *, now: datetime | None = None
) -> MatchView:
    """Withdraw the statement on a pair; every subject is then as it was before. A repeated key does nothing
    more.

    Raises NotAllowed, NotFound, and NotPossible where there is no statement.
    """
    rows = parse_pair(kept, pair)
    with open_decision(ledger, officer, *role_groups.MATCH_DECIDERS, now=now) as this:
        if this.find_earlier_result(key, "match", kept.kind, pair, "taken-back") is None:
            statement = load_statements(this.session, kept).get(rows)
            # Locked, so that of two officers who withdraw at once the second finds nothing to withdraw.
            row = this.session.get(MatchWordRow, statement.id, with_for_update=True) if statement else None
            if row is None or row.taken_back_at is not None:
                raise NotPossible("matches.nothing-said")
            row.taken_back_by, row.taken_back_at = this.person.id, this.now
            this.log_entry("match.taken-back", f"match:{kept.kind}:{pair}", {"word": row.word})
        return build_match_view(this.session, kept, rows)
