"""An officer's word on two records: of one subject or of two; and taking it back."""

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
    """Keep an officer's word on a pair with what they saw; the pair as it is then. The same key again says nothing more.

    Raises NotAllowed, NotFound, and NotPossible where a word stands already: it is taken back first.
    """
    if word not in WORDS:
        raise NotPossible("matches.word-unfit")
    rows = parse_pair(kept, pair)
    with open_decision(
        ledger, officer, *role_groups.MATCH_DECIDERS, now=now, clash="matches.said-already"
    ) as this:
        if this.find_earlier_result(key, "match", kept.kind, pair, word) is None:
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
    """Take back the word that stands on a pair; every subject is then as it was before it. The same key again does nothing more.

    Raises NotAllowed, NotFound, and NotPossible where no word stands.
    """
    rows = parse_pair(kept, pair)
    with open_decision(ledger, officer, *role_groups.MATCH_DECIDERS, now=now) as this:
        if this.find_earlier_result(key, "match", kept.kind, pair, "taken-back") is None:
            statement = load_statements(this.session, kept).get(rows)
            row = this.session.get(MatchWordRow, statement.id, with_for_update=True) if statement else None
            if row is None or row.taken_back_at is not None:
                raise NotPossible("matches.nothing-said")
            row.taken_back_by, row.taken_back_at = this.person.id, this.now
            this.log_entry("match.taken-back", f"match:{kept.kind}:{pair}", {"word": row.word})
        return build_match_view(this.session, kept, rows)
