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
from warroom.law.kinds.declarations import ActionKind, load_kind
from warroom.law.kinds.named import translate_words
from warroom.law.rules import repository as law
from warroom.ledger.canonical_json import hash_text, to_canonical_json
from warroom.ledger.schema import OfficerRow
from warroom.orders.order_content import OrderSubject
from warroom.sentences.sentence import Sentence


@dataclass(slots=True)
class Dossier:
    """What an action is decided on. `law_now` is the rule in force, None where none is; `rule` its legal
    basis: the rule in force while it is proposed, the one it was decided under later.
    """

    measure: Action
    kind: ActionKind
    subjects: tuple[OrderSubject, ...]
    law_now: law.Rule | None
    now: datetime
    documents: list[ActionDocument] = field(default_factory=list)
    approvals: list[ActionApproval] = field(default_factory=list)
    lost_approvers: set[int] = field(default_factory=set)
    """Ids of officers who approved and lost their access or role before it was decided."""

    @property
    def rule(self) -> law.Rule:
        if self.measure.state == "proposed" and self.law_now is not None:
            return self.law_now
        # Under the text it was decided on, though that may be law no more.
        return law.rule_under(self.measure.rule_id, self.measure.rule_digest)

    @property
    def newest_documents(self) -> dict[str, ActionDocument]:
        """The document that counts for each prerequisite: the newest."""
        return {one.prerequisite: one for one in self.documents}

    @property
    def contents(self) -> Mapping[str, Mapping[str, Any]]:
        return {name: one.content for name, one in self.newest_documents.items()}

    @property
    def missing(self) -> tuple[str, ...]:
        return prerequisites.list_missing(self.kind.requires, self.contents)

    @property
    def stopped(self) -> tuple[str, ...]:
        """Why it cannot be approved as it is, a sentence each."""
        unlawful = (
            () if self.law_now else (Sentence("actions.no-law-today", kind=translate_words(self.kind.id)),)
        )
        if elsewhere := prerequisites.find_other_maker(self.kind):
            unlawful = (*unlawful, elsewhere)  # proposed while its kind still was one of plain actions
        details = prerequisites.list_detail_obstacles(self.kind, self.measure.details)
        return (
            *unlawful,
            *details,
            *prerequisites.list_obstacles(self.kind.requires, self.contents, self.now),
        )

    @property
    def digest(self) -> str:
        """SHA-256 over everything an approval is about."""
        measure = self.measure
        rule = self.rule
        return hash_text(
            to_canonical_json(
                {
                    # Digests that approvals carry: what is added here or renamed undoes every approval that is under
                    # way.
                    "reference": measure.reference,
                    "kind": measure.kind,
                    "partner": measure.partner,
                    "case": measure.case_id,
                    "operation": measure.operation_id,
                    "subjects": [[subject.kind, subject.id, subject.note] for subject in self.subjects],
                    "details": measure.details,
                    "reason": measure.reason,
                    "rule": [rule.id, rule.digest],
                    "documents": sorted(
                        [name, document.sha256] for name, document in self.newest_documents.items()
                    ),
                }
            )
        )

    @property
    def counted_approvals(self) -> list[ActionApproval]:
        """The approvals that a decided action rests on: the last ones, as many as it needed, of the table decided on.

        An earlier one of the same table did not count then, or the action would have been decided before.
        """
        if not self.approvals:
            return []
        last = self.approvals[-1].digest
        return [approval for approval in self.approvals if self.is_counted(approval, last)][
            -self.measure.needed :
        ]

    def list_approvers(self, seen: str) -> set[int]:
        """The officers whose approval was of exactly this table, and still counts."""
        return {each.officer_id for each in self.approvals if self.is_counted(each, seen)}

    def is_counted(self, approval: ActionApproval, seen: str) -> bool:
        """Whether this approval was of exactly this table, by somebody who may still give one."""
        return approval.digest == seen and approval.officer_id not in self.lost_approvers


def load_dossiers(session: Session, measures: Iterable[Action], now: datetime) -> dict[int, Dossier]:
    """The dossiers of these actions by id, in six queries however many they are."""
    rows = list(measures)
    ids = [measure.id for measure in rows]
    # Fetched for all at once: an operation has two hundred, and each asked by itself would be a thousand queries.
    named = _load_subjects(session, ids)
    laws = {kind: _find_law(load_kind(kind), now) for kind in {measure.kind for measure in rows}}
    dossiers_by_id = {
        measure.id: Dossier(
            measure, load_kind(measure.kind), tuple(named[measure.id]), laws[measure.kind], now
        )
        for measure in rows
    }
    given = select(ActionApproval).where(ActionApproval.action_id.in_(ids)).order_by(ActionApproval.id)
    for approval in session.scalars(given):
        dossiers_by_id[approval.action_id].approvals.append(approval)
    # Only while it waits: who leaves the house later has decided all the same.
    _mark_lost_approvers(
        session, [dossier for dossier in dossiers_by_id.values() if dossier.measure.state == "proposed"]
    )
    for document in session.scalars(_select_documents(rows)):
        if document.action_id is not None:
            dossiers_by_id[document.action_id].documents.append(document)
            continue
        for measure in rows:
            if measure.operation_id == document.operation_id:
                dossiers_by_id[measure.id].documents.append(document)
    return dossiers_by_id


def _mark_lost_approvers(session: Session, waiting: list[Dossier]) -> None:
    """Mark approvals whose officers could no longer approve: these do not count."""
    ids = {approval.officer_id for dossier in waiting for approval in dossier.approvals}
    if not ids:
        return
    active = select(OfficerRow.id, OfficerRow.roles).where(OfficerRow.id.in_(ids), OfficerRow.active)
    roles = {row.id: set(row.roles) for row in session.execute(active)}
    for dossier in waiting:
        given = {approval.officer_id for approval in dossier.approvals}
        dossier.lost_approvers = {
            number for number in given if not roles.get(number, set()) & set(dossier.kind.approves)
        }


def _load_subjects(session: Session, ids: list[int]) -> dict[int, list[OrderSubject]]:
    named: dict[int, list[OrderSubject]] = {number: [] for number in ids}
    # Columns and not objects: an operation has thousands of subjects, and none of them is changed.
    query = select(
        ActionSubject.action_id, ActionSubject.kind, ActionSubject.subject, ActionSubject.note
    ).where(ActionSubject.action_id.in_(ids))
    for row in session.execute(query.order_by(ActionSubject.action_id, ActionSubject.place)):
        named[row.action_id].append(OrderSubject(row.kind, row.subject, row.note))
    return named


def _select_documents(rows: list[Action]):  # type: ignore[no-untyped-def]
    own = ActionDocument.action_id.in_([one.id for one in rows])
    operation_ids = {one.operation_id for one in rows if one.operation_id is not None}
    wanted = or_(own, ActionDocument.operation_id.in_(operation_ids)) if operation_ids else own
    return select(ActionDocument).where(wanted).order_by(ActionDocument.id)


def _find_law(kind: ActionKind, now: datetime) -> law.Rule | None:
    try:
        return legal_basis.require_rule_in_force(kind, now)
    except NotPossible:
        return None
