"""Completion for form fields that name subjects: options while somebody types, and the subject that typed
text means.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warroom.cases.views import BoardRow
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.lookup import record_facts, search
from warroom.room.lookup.views import LookupResult
from warroom.subjects.kinds import KINDS
from warroom.subjects.subject import Subject

LONGEST = 60
"""Characters; a longer text is neither a number nor a name and is kept as typed."""


@dataclass(frozen=True, slots=True)
class Option:
    """A subject that may be picked: `kind` as the form calls it, `id` as it is kept, `shown` as people read it, the
    caller's own cases that know it, and of a case its row of the board.
    """

    kind: str
    id: str
    shown: str
    cases: tuple[str, ...] = ()
    about: BoardRow | None = None


def list_options(found: LookupResult, kinds: Sequence[str]) -> tuple[Option, ...]:
    """Search results of these kinds as options; a number that is masked for the caller is not offered."""
    return tuple(dict.fromkeys((*_iter_subjects(found, kinds), *_iter_things(found, kinds))))


def _iter_subjects(found: LookupResult, kinds: Sequence[str]) -> Iterator[Option]:
    # A SIM card in a record and a number in a form are both a telephone: the form's word is kept.
    wanted = {KINDS[one].id: one for one in reversed(kinds) if one in KINDS}
    for hit in found.subjects:
        word = wanted.get(KINDS[hit.subject.kind].id) if hit.subject.kind in KINDS else None
        if word and hit.shown == record_facts.mask_subject_number(hit.subject, ()):
            yield Option(word, hit.subject.id, hit.shown, hit.cases or (hit.case,))


def _iter_things(found: LookupResult, kinds: Sequence[str]) -> Iterator[Option]:
    if "asset" in kinds:
        yield from (Option("asset", one.number, one.number) for one in found.numbers if one.kind == "asset")
    if "case" in kinds:
        yield from (Option("case", one.number, one.number, about=one) for one in found.cases)


def resolve_subject(
    ledger: Ledger, lake: Lake, officer: Officer, subject: Subject, kinds: Sequence[str]
) -> Subject | None:
    """The subject that a form's field means: as typed where it is complete or unknown, the single match of
    the search otherwise, and None where several match. Raises NotAllowed for an officer who may not search.
    """
    # Bank and number together are one account, and what was picked is written so.
    if len(subject.id) > LONGEST or not subject.id or (subject.kind == "account" and ":" in subject.id):
        return subject
    known = list_options(search.search_all(ledger, lake, officer, subject.id), kinds)
    if not known or any(option.id == subject.id for option in known):
        return subject
    # The field's own kind first: the same digits may also be an account's.
    alike = [option for option in known if option.kind == subject.kind] or list(known)
    return Subject(alike[0].kind, alike[0].id) if len(alike) == 1 else None
