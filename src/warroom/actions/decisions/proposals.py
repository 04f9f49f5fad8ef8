"""Proposing actions: one by itself, or as many as an operation has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from warroom.access.agencies import agency_of
from warroom.access.schema import Agency
from warroom.actions import legal_basis, mass, prerequisites, states
from warroom.actions.details import check_fields
from warroom.actions.dossier import Dossier
from warroom.actions.render import build_action_view
from warroom.actions.schema import Action, ActionSubject, Operation
from warroom.actions.views import ActionView
from warroom.cases.purposes import note_work
from warroom.cases.references import new_reference
from warroom.cases.schema import Case
from warroom.cases.sealing import make_case_not_found, may_see
from warroom.cases.stated import require_reason
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import ActionKind, load_kind
from warroom.law.kinds.named import translate_words
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders.order_content import OrderSubject
from warroom.signals.domains.finding import may_be_blocked

BLOCKS = "domain-block"
"""The law by which a name on the internet is blocked."""
# One action is one decision: with more subjects than this nobody reads what they approve.
MOST_SUBJECTS = 1_000
# Characters of a subject, and of its note: as long as a web address on one line.
SUBJECT_SIGNS = 200


@dataclass(frozen=True, slots=True)
class ActionDraft:
    """What somebody proposes: an action of a kind on subjects, for a reason. `partner` is the agency's code, empty
    where no partner is involved; `case` the number of the case it serves, if any.
    """

    kind: str
    subjects: tuple[OrderSubject, ...]
    details: Mapping[str, Any]
    reason: str
    partner: str = ""
    case: str | None = None


def propose_action(
    ledger: Ledger, officer: Officer, draft: ActionDraft, *, key: str, now: datetime | None = None
) -> ActionView:
    """Propose an action; nothing happens until others approve it.

    Raises NotAllowed without a role that proposes this kind; NotFound for an unknown kind, agency or case; NotPossible
    where a field, a subject or the partner does not fit, or no law in force carries it.
    """
    with open_decision(ledger, officer, *load_kind(draft.kind).proposes, now=now) as this:
        repeat = this.find_earlier_result(key, "measure.propose", draft)
        if repeat is not None:
            return build_action_view(this.session, this.session.get_one(Action, repeat[0]), this.now)
        [made] = add_actions(this, [draft])
        this.save_result(made.id)
        return build_action_view(this.session, made, this.now, _make_fresh_dossier(made, draft, this.now))


def add_actions(
    this: Decision, drafts: Sequence[ActionDraft], operation: Operation | None = None
) -> list[Action]:
    """Insert proposals in a fixed number of statements, each with its row of the log.

    Within a joint operation the time to decide ends at its hour, if that is later than the kinds say.
    """
    session = this.session
    # Held here, so that the session knows them and none is looked up again for each draft.
    known = list(_load_named_agencies(session, drafts))
    many = mass.count_subjects(this, [(draft.kind, len(draft.subjects)) for draft in drafts])
    rows = [_make_action(this, proposal, many[proposal.kind], operation) for proposal in drafts]
    del known
    if not rows:
        return []
    session.add_all(rows)
    session.flush()
    session.execute(insert(ActionSubject.metadata.tables["action_subjects"]), _to_subject_rows(rows, drafts))
    states.write_first_states(session, rows)
    due = [deadlines.NewDeadline(row.id, "decide", row.decide_by, row.case_id) for row in rows]
    deadlines.start_deadlines(session, "measure", due, first=True)
    for draft, row in zip(drafts, rows, strict=True):
        this.log_entry("measure.proposed", f"measure:{row.id}", _build_log_detail(draft, row), draft.case)
    return rows


def _make_fresh_dossier(made: Action, draft: ActionDraft, now: datetime) -> Dossier:
    """The dossier of an action that was proposed just now: it has no documents or approvals yet."""
    kind = load_kind(made.kind)
    return Dossier(made, kind, draft.subjects, legal_basis.require_rule_in_force(kind, now), now)


def _load_named_agencies(session: Session, drafts: Sequence[ActionDraft]) -> Iterator[object]:
    """The agencies that the drafts name."""
    codes = {draft.partner for draft in drafts if draft.partner}
    yield from session.scalars(select(Agency).where(Agency.code.in_(codes))) if codes else ()


def _to_subject_rows(rows: Sequence[Action], drafts: Sequence[ActionDraft]) -> list[dict[str, Any]]:
    return [
        {
            "action_id": row.id,
            "place": place,
            "action": row.kind,
            "partner": row.partner or "",
            "kind": subject.kind,
            "subject": subject.id,
            "note": subject.note,
            "active": False,
        }
        for row, draft in zip(rows, drafts, strict=True)
        for place, subject in enumerate(draft.subjects, 1)
    ]


def _make_action(this: Decision, draft: ActionDraft, many: int, operation: Operation | None) -> Action:
    kind = load_kind(draft.kind)
    # Holds, flags and requests have limits of their own; as plain actions they would go past them.
    if elsewhere := prerequisites.find_other_maker(kind):
        raise NotPossible(elsewhere)
    # Asked again for each: who may plan an operation may not for that propose everything in it.
    this.require_role(*kind.proposes)
    _check_draft(kind, draft)
    reason = require_reason(draft.reason, "actions.reason-missing")
    # In force is enough to propose; that a lawyer has confirmed it is asked when it is approved.
    rule = legal_basis.require_rule_in_force(kind, this.now)
    sorts = {subject.kind for subject in draft.subjects}
    return Action(
        reference=new_reference(),
        kind=kind.id,
        pillar=kind.pillar,
        case_id=require_case_id(this, draft.case),
        operation_id=operation.id if operation else None,
        partner=_require_partner(this.session, kind, draft.partner),
        details=check_fields(kind.inputs, draft.details),
        reason=reason,
        needed=kind.count_approvers(many, sorts),
        apart=kind.is_proposer_excluded(many, sorts),
        proposed_by=this.person.id,
        proposed_at=this.now,
        decide_by=max(this.now + kind.decide_within, operation.hour if operation else this.now),
        rule_id=rule.id,
        rule_digest=rule.digest,
        proposed_rule=rule.digest,
        state="proposed",
    )


def require_case_id(this: Decision, number: str | None) -> int | None:
    """The open case of this number, if the officer may know of it; raises NotFound or NotPossible."""
    if number is None:
        return None
    case = this.session.scalars(select(Case).where(Case.number == number)).first()
    if case is None:
        raise make_case_not_found(number)
    # Sealed comes before closed: the words "it is closed" would tell that it is there.
    may_see(this.session, this.person, case)
    if case.state != "open":
        raise NotPossible("cases.case-closed", number=number)
    note_work(this.session, this.person, case, this.now)
    return case.id


def _require_partner(session: Session, kind: ActionKind, code: str) -> str | None:
    if not code:
        if kind.emits and kind.partners:
            raise NotPossible(
                "actions.partner-missing",
                kind=translate_words(kind.id),
                partners=translate_words(", ".join(kind.partners)),
            )
        return None
    return agency_of(session, code, *kind.partners).code


def _check_draft(kind: ActionKind, draft: ActionDraft) -> None:
    if not draft.subjects:
        raise NotPossible("actions.subject-missing", kind=translate_words(kind.id))
    if len(draft.subjects) > MOST_SUBJECTS:
        raise NotPossible("actions.too-many-subjects", most=MOST_SUBJECTS)
    seen = set()  # twice in one action, a subject would count twice towards a mass measure
    for subject in draft.subjects:
        if subject.kind not in kind.subjects:
            raise NotPossible(
                "actions.subject-of-wrong-kind",
                kind=translate_words(kind.id),
                subjects=translate_words(" or ".join(kind.subjects)),
                given=translate_words(subject.kind[:32]),
            )
        if not subject.id.strip() or len(subject.id) > SUBJECT_SIGNS or len(subject.note) > SUBJECT_SIGNS:
            raise NotPossible("actions.subject-length", most=SUBJECT_SIGNS)
        if subject.kind == "domain" and BLOCKS in kind.rules and not may_be_blocked(subject.id.lower()):
            raise NotPossible("actions.domain-of-many", subject=subject.id[:64])
        if (subject.kind, subject.id) in seen:
            raise NotPossible("actions.subject-twice", subject=subject.id[:64])
        seen.add((subject.kind, subject.id))


def _build_log_detail(draft: ActionDraft, made: Action) -> dict[str, Any]:
    """A proposal's details for the log: all of it."""
    return {
        "kind": made.kind,
        "partner": made.partner,
        "subjects": [[subject.kind, subject.id] for subject in draft.subjects],
        "details": made.details,
        "reason": made.reason,
        "needed": made.needed,
        "apart": made.apart,
        "operation": made.operation_id,
        "rule": [made.rule_id, made.rule_digest],
    }
