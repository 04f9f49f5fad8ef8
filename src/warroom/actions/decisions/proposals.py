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
from warroom.actions.details import checked
from warroom.actions.dossier import Dossier
from warroom.actions.render import view
from warroom.actions.schema import Action, ActionSubject, Operation
from warroom.actions.views import ActionView
from warroom.cases.purposes import note_work
from warroom.cases.references import new_reference
from warroom.cases.schema import Case
from warroom.cases.sealing import may_see, not_there
from warroom.cases.stated import stated
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import Kind, kind_of
from warroom.law.kinds.named import named
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.orders.order_content import Subject
from warroom.signals.domains.finding import may_be_blocked

BLOCKS = "domain-block"
"""The law by which a name on the internet is blocked."""
# One action is one decision: with more subjects than this nobody reads what they approve.
MOST_SUBJECTS = 1_000
SUBJECT_SIGNS = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody proposes: an action of a kind on subjects, for a reason. `partner` is the agency's code, empty
    where nobody else is told; `case` the number of the case it serves, if any.
    """

    kind: str
    subjects: tuple[Subject, ...]
    details: Mapping[str, Any]
    reason: str
    partner: str = ""
    case: str | None = None


def propose(
    ledger: Ledger, officer: Officer, draft: Draft, *, key: str, now: datetime | None = None
) -> ActionView:
    """Propose an action; nothing happens until others approve it.

    Raises NotAllowed without a role that proposes this kind; NotFound for an unknown kind, agency or case; NotPossible
    where a field, a subject or the partner does not fit, or no law in force carries it.
    """
    with decision(ledger, officer, *kind_of(draft.kind).proposes, now=now) as this:
        repeat = this.before(key, "measure.propose", draft)
        if repeat is not None:
            return view(this.session, this.session.get_one(Action, repeat[0]), this.now)
        [made] = add(this, [draft])
        this.keep(made.id)
        return view(this.session, made, this.now, _fresh(made, draft, this.now))


def add(this: Decision, drafts: Sequence[Draft], joint: Operation | None = None) -> list[Action]:
    """Write proposals down, as many as there are, in a fixed number of statements, each with its row of the log.

    Within a joint operation the time to decide ends at its hour, if that is later than the kinds say.
    """
    session = this.session
    # Held here, so that the session knows them and none is looked up again for each draft.
    known = list(_named(session, drafts))
    many = mass.counted(this, [(draft.kind, len(draft.subjects)) for draft in drafts])
    rows = [_row(this, one, many[one.kind], joint) for one in drafts]
    del known
    if not rows:
        return []
    session.add_all(rows)
    session.flush()
    session.execute(insert(ActionSubject.metadata.tables["action_subjects"]), _subjects(rows, drafts))
    states.begin(session, rows)
    due = [deadlines.Due(row.id, "decide", row.decide_by, row.case_id) for row in rows]
    deadlines.start_many(session, "measure", due, first=True)
    for draft, row in zip(drafts, rows, strict=True):
        this.log("measure.proposed", f"measure:{row.id}", _told(draft, row), draft.case)
    return rows


def _fresh(made: Action, draft: Draft, now: datetime) -> Dossier:
    """The table of an action that was proposed just now: nothing else lies on it yet."""
    kind = kind_of(made.kind)
    return Dossier(made, kind, draft.subjects, legal_basis.in_force(kind, now), now)


def _named(session: Session, drafts: Sequence[Draft]) -> Iterator[object]:
    """The agencies that the drafts name."""
    codes = {draft.partner for draft in drafts if draft.partner}
    yield from session.scalars(select(Agency).where(Agency.code.in_(codes))) if codes else ()


def _subjects(rows: Sequence[Action], drafts: Sequence[Draft]) -> list[dict[str, Any]]:
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


def _row(this: Decision, draft: Draft, many: int, joint: Operation | None) -> Action:
    kind = kind_of(draft.kind)
    # Holds, flags and requests have limits of their own; as plain actions they would go past them.
    if elsewhere := prerequisites.made_elsewhere(kind):
        raise NotPossible(elsewhere)
    # Asked again for each: who may plan an operation may not for that propose everything in it.
    this.require(*kind.proposes)
    _fit(kind, draft)
    reason = stated(draft.reason, "actions.reason-missing")
    # In force is enough to propose; that a lawyer has confirmed it is asked when it is approved.
    rule = legal_basis.in_force(kind, this.now)
    sorts = {one.kind for one in draft.subjects}
    return Action(
        reference=new_reference(),
        kind=kind.id,
        pillar=kind.pillar,
        case_id=case_id_of(this, draft.case),
        operation_id=joint.id if joint else None,
        partner=_partner(this.session, kind, draft.partner),
        details=checked(kind.inputs, draft.details),
        reason=reason,
        needed=kind.approvers_for(many, sorts),
        apart=kind.kept_apart(many, sorts),
        proposed_by=this.person.id,
        proposed_at=this.now,
        decide_by=max(this.now + kind.decide_within, joint.hour if joint else this.now),
        rule_id=rule.id,
        rule_digest=rule.digest,
        proposed_rule=rule.digest,
        state="proposed",
    )


def case_id_of(this: Decision, number: str | None) -> int | None:
    """The open case of this number, if the officer may know of it; raises NotFound or NotPossible."""
    if number is None:
        return None
    case = this.session.scalars(select(Case).where(Case.number == number)).first()
    if case is None:
        raise not_there(number)
    # Sealed comes before closed: the words "it is closed" would tell that it is there.
    may_see(this.session, this.person, case)
    if case.state != "open":
        raise NotPossible("cases.case-closed", number=number)
    note_work(this.session, this.person, case, this.now)
    return case.id


def _partner(session: Session, kind: Kind, code: str) -> str | None:
    if not code:
        if kind.emits and kind.partners:
            raise NotPossible(
                "actions.partner-missing", kind=named(kind.id), partners=named(", ".join(kind.partners))
            )
        return None
    return agency_of(session, code, *kind.partners).code


def _fit(kind: Kind, draft: Draft) -> None:
    if not draft.subjects:
        raise NotPossible("actions.subject-missing", kind=named(kind.id))
    if len(draft.subjects) > MOST_SUBJECTS:
        raise NotPossible("actions.too-many-subjects", most=MOST_SUBJECTS)
    seen = set()  # twice in one action, a subject would count twice towards a mass measure
    for one in draft.subjects:
        if one.kind not in kind.subjects:
            raise NotPossible(
                "actions.subject-of-wrong-kind",
                kind=named(kind.id),
                subjects=named(" or ".join(kind.subjects)),
                given=named(one.kind[:32]),
            )
        if not one.id.strip() or len(one.id) > SUBJECT_SIGNS or len(one.note) > SUBJECT_SIGNS:
            raise NotPossible("actions.subject-length", most=SUBJECT_SIGNS)
        if one.kind == "domain" and BLOCKS in kind.rules and not may_be_blocked(one.id.lower()):
            raise NotPossible("actions.domain-of-many", subject=one.id[:64])
        if (one.kind, one.id) in seen:
            raise NotPossible("actions.subject-twice", subject=one.id[:64])
        seen.add((one.kind, one.id))


def _told(draft: Draft, made: Action) -> dict[str, Any]:
    """What the log says of a proposal: everything it says."""
    return {
        "kind": made.kind,
        "partner": made.partner,
        "subjects": [[one.kind, one.id] for one in draft.subjects],
        "details": made.details,
        "reason": made.reason,
        "needed": made.needed,
        "apart": made.apart,
        "operation": made.operation_id,
        "rule": [made.rule_id, made.rule_digest],
    }
