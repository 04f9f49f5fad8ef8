"""Marking a screener's notices as seen."""

from warroom.access import role_groups
from warroom.errors import NotFound
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors import repository
from warroom.survivors.schema import SurvivorNotice, SurvivorRow


def see_notice(ledger: Ledger, officer: Officer, notice_id: int) -> None:
    """The officer has seen a notice of theirs; raises NotFound for one of somebody else, as for none."""
    with open_decision(ledger, officer, *role_groups.SURVIVOR_READERS) as this:
        notice = this.session.get(SurvivorNotice, notice_id, with_for_update=True)
        if notice is None or notice.officer_id != this.person.id:
            raise NotFound("survivors.no-such-notice")
        # The first look counts: a second click must not make a notice look as if it was seen later than it was.
        notice.seen_at = notice.seen_at or this.now
        person = this.session.get_one(SurvivorRow, notice.person_id)
        repository.log_person(this, "notice.seen", person, {"notice": notice.id})
