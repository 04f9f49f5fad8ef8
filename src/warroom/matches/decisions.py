"""An officer's word on two records: of one subject or of two; and taking it back."""

from datetime import datetime

from warroom.access import role_groups
from warroom.errors import NotPossible
from warroom.ledger.canonical_json import plain
from warroom.ledger.decision import decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.matches.queries import rows_of, said_of, view_of
from warroom.matches.schema import MatchWordRow
from warroom.matches.views import WORDS, MatchView, Word
from warroom.subjects.resolution.saved import Kept


def say(
    ledger: Ledger,
    kept: Kept,
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
    rows = rows_of(kept, pair)
    with decision(
        ledger, officer, *role_groups.MATCH_DECIDERS, now=now, clash="matches.said-already"
    ) as this:
        if this.before(key, "match", kept.kind, pair, word) is None:
            seen = view_of(this.session, kept, rows)
            if seen.word:
                raise NotPossible("matches.said-already")
            row = MatchWordRow(
                kind=kept.kind,
                one_source=seen.one.source,
                one_record=seen.one.record_id,
                other_source=seen.other.source,
                other_record=seen.other.record_id,
                word=word,
                seen=plain(seen),
                officer_id=this.person.id,
                at=this.now,
            )
            this.session.add(row)
            this.session.flush()
            subjects = {"one": seen.one.subject, "other": seen.other.subject, "probability": seen.probability}
            this.log(f"match.{word}", f"match:{kept.kind}:{pair}", subjects)
        return view_of(this.session, kept, rows)


def take_back(
    ledger: Ledger, kept: Kept, officer: Officer, pair: str, key: str, *, now: datetime | None = None
) -> MatchView:
    """Take back the word that stands on a pair; every subject is then as it was before it. The same key again does nothing more.

    Raises NotAllowed, NotFound, and NotPossible where no word stands.
    """
    rows = rows_of(kept, pair)
    with decision(ledger, officer, *role_groups.MATCH_DECIDERS, now=now) as this:
        if this.before(key, "match", kept.kind, pair, "taken-back") is None:
            said = said_of(this.session, kept).get(rows)
            row = this.session.get(MatchWordRow, said.id, with_for_update=True) if said else None
            if row is None or row.taken_back_at is not None:
                raise NotPossible("matches.nothing-said")
            row.taken_back_by, row.taken_back_at = this.person.id, this.now
            this.log("match.taken-back", f"match:{kept.kind}:{pair}", {"word": row.word})
        return view_of(this.session, kept, rows)
