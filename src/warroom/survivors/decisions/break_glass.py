"""Breaking the glass: a commander or prosecutor may read what a survivor said for an hour, with a reason.

The person's lead is notified at once, and another person reviews within 72 hours whether it was justified. An
officer who read may not take part in charging the person afterwards.
"""

from datetime import datetime

from sqlalchemy import any_, literal, select

from warroom.access import role_groups
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.law.rules.repository import service_level
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.survivors import events, repository
from warroom.survivors.decisions import consents
from warroom.survivors.queries import build_glass_view, where_reviewable
from warroom.survivors.schema import Glass, SurvivorRow
from warroom.survivors.views import GlassVerdict, GlassView


def break_glass(
    ledger: Ledger, officer: Officer, number: str, reason: str, key: str, *, now: datetime | None = None
) -> GlassView:
    """Open the wall to this officer for an hour. Raises NotAllowed but for commanders and prosecutors, NotPossible
    without a reason. The reviewer reads the reason; it must not repeat what the person said.
    """
    why = consents.require_reason(reason)
    with open_decision(ledger, officer, *role_groups.GLASS_BREAKERS, now=now) as this:
        person = repository.lock_visible_person(this, number)
        if (known := this.find_earlier_result(key, "glass", person.id, why)) is not None:
            return build_glass_view(this.session, this.session.get_one(Glass, known[0]))
        glass = Glass(
            person_id=person.id,
            officer_id=this.person.id,
            reason=why,
            at=this.now,
            until=this.now + service_level("glass_open"),
            note="",
        )
        this.session.add(glass)
        this.session.flush()
        due = this.now + service_level("glass_review")
        deadlines.start_deadline(this.session, events.GLASS, glass.id, events.REVIEW, due, person.case_id)
        _alert_lead(this, person)
        this.save_result(glass.id)
        repository.log_person(this, "glass.broken", person, {"glass": glass.id, "until": glass.until})
        return build_glass_view(this.session, glass)


def _alert_lead(this: Decision, person: SurvivorRow) -> None:
    """Notify the person's lead; without a lead every other commander, so that somebody always knows."""
    if repository.find_lead(this.session, person.id) is not None:
        repository.notify_screener(this.session, person.id, None, "glass_broken", this.now)
        return
    others = select(OfficerRow.id).where(
        OfficerRow.active, literal("commander") == any_(OfficerRow.roles), OfficerRow.id != this.person.id
    )
    for other in this.session.scalars(others):
        repository.notify_screener(this.session, person.id, other, "glass_broken", this.now)


def review_glass(
    ledger: Ledger,
    officer: Officer,
    glass_id: int,
    verdict: GlassVerdict,
    note: str,
    *,
    now: datetime | None = None,
) -> GlassView:
    """Review a break of the glass; where it was not justified an hour still running ends at once.

    The person's lead, a lawyer or an auditor may review, unless the case is sealed to others. Raises
    NotAllowed for the officer who broke it, NotPossible for a second review.
    """
    clean_note = consents.require_reason(note)
    if verdict not in ("justified", "not_justified"):
        raise NotPossible("survivors.review-unfit")
    with open_decision(ledger, officer, *role_groups.GLASS_REVIEWERS, now=now) as this:
        mine = select(Glass).where(Glass.id == glass_id, where_reviewable(this.person))
        glass = this.session.scalars(mine.with_for_update(of=Glass)).first()
        # Answered as absent: an officer who may not review it must not learn that somebody read.
        if glass is None:
            raise NotFound("survivors.no-glass-to-review", glass=glass_id)
        if glass.officer_id == this.person.id:
            raise NotAllowed("survivors.review-of-oneself")
        if glass.verdict is not None:
            raise NotPossible("survivors.reviewed-already")
        glass.reviewer_id, glass.reviewed_at = this.person.id, this.now
        glass.verdict, glass.note = verdict, clean_note
        if verdict == "not_justified":
            # An hour that was not right does not run on, and one that is over stays over.
            glass.until = min(glass.until, this.now)
        deadlines.meet_deadlines(this.session, events.GLASS, glass.id, events.REVIEW)
        this.session.flush()
        person = this.session.get_one(SurvivorRow, glass.person_id)
        repository.log_person(this, "glass.reviewed", person, {"glass": glass.id, "verdict": verdict})
        return build_glass_view(this.session, glass)
