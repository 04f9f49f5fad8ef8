"""The dossier of an action: its subjects, documents, approvals and law, fetched at once for as many actions as asked.

The digest over it is what an approving officer sends back: with one more document, or under another law, it is another
digest, and nobody approves what they have not seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from warroom.actions import legal_basis, prerequisites
from warroom.actions.schema import Action, ActionApproval, ActionDocument, ActionSubject
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import Kind, kind_of
from warroom.law.kinds.named import named
from warroom.law.rules import repository as law
from warroom.ledger.canonical_json import canonical, digest
from warroom.ledger.schema import OfficerRow
from warroom.orders.order_content import Subject
from warroom.sentences.sentence import Sentence


@dataclass(slots=True)
class Dossier:
    """What an action is decided on. `law_now` is the rule in force, None where none is; `rule` the one it stands on: the rule in
    force while it is proposed, the one it was decided under later.
    """

    measure: Action
    kind: Kind
    subjects: tuple[Subject, ...]
    law_now: law.Rule | None
    now: datetime
    documents: list[ActionDocument] = field(default_factory=list)
    approvals: list[ActionApproval] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    """Who approved and, before it was decided, lost the access or the role to."""

    @property
    def rule(self) -> law.Rule:
        if self.measure.state == "proposed" and self.law_now is not None:
            return self.law_now
        # Under the text it was decided on, though that may be law no more.
        return law.rule_under(self.measure.rule_id, self.measure.rule_digest)

    @property
    def newest(self) -> dict[str, ActionDocument]:
        """The document that counts for each prerequisite: the newest."""
        return {one.prerequisite: one for one in self.documents}

    @property
    def contents(self) -> Mapping[str, Mapping[str, Any]]:
        return {name: one.content for name, one in self.newest.items()}

    @property
    def missing(self) -> tuple[str, ...]:
        return prerequisites.missing(self.kind.requires, self.contents)

    @property
    def stopped(self) -> tuple[str, ...]:
        """Why it cannot be approved as it lies."""
        unlawful = () if self.law_now else (Sentence("actions.no-law-today", kind=named(self.kind.id)),)
        if elsewhere := prerequisites.made_elsewhere(self.kind):
            unlawful = (*unlawful, elsewhere)  # proposed while its kind still was one of plain actions
        details = prerequisites.stopped_details(self.kind, self.measure.details)
        return (*unlawful, *details, *prerequisites.stopped(self.kind.requires, self.contents, self.now))

    @property
    def digest(self) -> str:
        """SHA-256 over everything an approval is about."""
        one = self.measure
        rule = self.rule
        return digest(
            canonical(
                {
                    # Digests that approvals carry: what is added here or renamed undoes every approval that is under
                    # way.
                    "reference": one.reference,
                    "kind": one.kind,
                    "partner": one.partner,
                    "case": one.case_id,
                    "operation": one.operation_id,
                    "subjects": [[each.kind, each.id, each.note] for each in self.subjects],
                    "details": one.details,
                    "reason": one.reason,
                    "rule": [rule.id, rule.digest],
                    "documents": sorted([name, each.sha256] for name, each in self.newest.items()),
                }
            )
        )

    @property
    def counted(self) -> list[ActionApproval]:
        """The approvals that a decided action rests on: the last ones, as many as it needed, of the table decided on.

        An earlier one of the same table did not count then, or the action would have been decided before.
        """
        if not self.approvals:
            return []
        last = self.approvals[-1].digest
        return [each for each in self.approvals if self.counts(each, last)][-self.measure.needed :]

    def agreed(self, seen: str) -> set[int]:
        """The officers whose approval was of exactly this table, and still counts."""
        return {each.officer_id for each in self.approvals if self.counts(each, seen)}

    def counts(self, approval: ActionApproval, seen: str) -> bool:
        """Whether this approval was of exactly this table, by somebody who may still give one."""
        return approval.digest == seen and approval.officer_id not in self.gone


def dossiers(session: Session, measures: Iterable[Action], now: datetime) -> dict[int, Dossier]:
    """The tables of these actions by id, in six queries however many they are."""
    rows = list(measures)
    ids = [one.id for one in rows]
    # Fetched for all at once: an operation has two hundred, and each asked by itself would be a thousand queries.
    named = _subjects(session, ids)
    laws = {kind: _law(kind_of(kind), now) for kind in {one.kind for one in rows}}
    found = {
        one.id: Dossier(one, kind_of(one.kind), tuple(named[one.id]), laws[one.kind], now) for one in rows
    }
    given = select(ActionApproval).where(ActionApproval.action_id.in_(ids)).order_by(ActionApproval.id)
    for approval in session.scalars(given):
        found[approval.action_id].approvals.append(approval)
    # Only while it waits: who leaves the house later has decided all the same.
    _mark_gone(session, [one for one in found.values() if one.measure.state == "proposed"])
    for document in session.scalars(_documents(rows)):
        if document.action_id is not None:
            found[document.action_id].documents.append(document)
            continue
        for one in rows:
            if one.operation_id == document.operation_id:
                found[one.id].documents.append(document)
    return found


def _mark_gone(session: Session, waiting: list[Dossier]) -> None:
    """A word counts when the decision falls only if its officer could still give it then."""
    ids = {each.officer_id for one in waiting for each in one.approvals}
    if not ids:
        return
    active = select(OfficerRow.id, OfficerRow.roles).where(OfficerRow.id.in_(ids), OfficerRow.active)
    roles = {row.id: set(row.roles) for row in session.execute(active)}
    for one in waiting:
        given = {each.officer_id for each in one.approvals}
        one.gone = {number for number in given if not roles.get(number, set()) & set(one.kind.approves)}


def _subjects(session: Session, ids: list[int]) -> dict[int, list[Subject]]:
    named: dict[int, list[Subject]] = {number: [] for number in ids}
    # Columns and not objects: an operation has thousands of subjects, and none of them is changed.
    query = select(
        ActionSubject.action_id, ActionSubject.kind, ActionSubject.subject, ActionSubject.note
    ).where(ActionSubject.action_id.in_(ids))
    for row in session.execute(query.order_by(ActionSubject.action_id, ActionSubject.place)):
        named[row.action_id].append(Subject(row.kind, row.subject, row.note))
    return named


def _documents(rows: list[Action]):  # type: ignore[no-untyped-def]
    own = ActionDocument.action_id.in_([one.id for one in rows])
    joint = {one.operation_id for one in rows if one.operation_id is not None}
    wanted = or_(own, ActionDocument.operation_id.in_(joint)) if joint else own
    return select(ActionDocument).where(wanted).order_by(ActionDocument.id)


def _law(kind: Kind, now: datetime) -> law.Rule | None:
    try:
        return legal_basis.in_force(kind, now)
    except NotPossible:
        return None
