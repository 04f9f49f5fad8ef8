"""The exercise's partner agencies: asked whether they are ready for a joint operation, they say so after a plausible time.

They say it as their officers would, by the service that takes every agency's word. Rooms say it themselves: anyone who plays is
one. What they cannot see, since its case is sealed to others, they do not answer, as in earnest.
"""

import secrets
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from warroom import clock
from warroom.access import role_groups
from warroom.access.agencies import list_agencies
from warroom.access.officers import add_officer, list_officers
from warroom.access.views import AgencyKind, AgencyView
from warroom.actions.operations import queries
from warroom.actions.operations.decisions import preparation
from warroom.actions.operations.views import SilentAgency
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

MINUTES: Mapping[AgencyKind, int] = {
    "police": 20,
    "power": 25,
    "telecom": 25,
    "hospital": 30,
    "screening": 35,
    "ngo": 40,
    "shelter": 50,
}
"""How long each sort takes to ask its own people; guessed, since no exercise has measured it."""
OTHERS = 45
SPREAD = 0.3
"""An answer comes up to this share sooner or later, the same for the same operation and agency whenever it is played."""
WORDS = "ตอบเองในการฝึก / answered by the exercise"


class Partners:
    """Answers for every agency of the exercise that is no room."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def answer_due_requests(self) -> None:
        """Give every word that is due by now."""
        now = clock.get_now()
        waiting = queries.list_silent_agencies(self._ledger, now)
        if not waiting:
            return
        known = {agency_view.code: agency_view for agency_view in list_agencies(self._ledger)}
        for awaited_reply in waiting:
            agency = known[awaited_reply.agency]
            if agency.kind != "room" and _compute_answer_time(awaited_reply, agency) <= now:
                self._say_ready(awaited_reply, agency)

    def _say_ready(self, awaited_reply: SilentAgency, agency: AgencyView) -> None:
        key = f"exercise:{awaited_reply.operation}:{awaited_reply.agency}"
        try:
            preparation.say_readiness(
                self._ledger,
                self._find_or_add_speaker(agency),
                awaited_reply.operation,
                "ready",
                WORDS,
                key=key,
            )
        except (NotAllowed, NotFound, NotPossible):
            # Sealed to others, or called off a moment ago: nobody waits for this word, and the exercise goes on.
            return

    def _find_or_add_speaker(self, agency: AgencyView) -> Officer:
        """An officer of the agency; where it has none yet one is added whom nobody can sign in as."""
        officers = [
            person
            for person in list_officers(self._ledger)
            if person.active and person.agency == agency.code and person.has_role(*role_groups.ACTION_TEAMS)
        ]
        if officers:
            return officers[0]
        name = f"ผู้ประสานงาน {agency.code}"
        return add_officer(
            self._ledger,
            f"of-{agency.code.lower()}",
            name,
            secrets.token_urlsafe(32),
            ("liaison",),
            agency.code,
        )


def _compute_answer_time(one: SilentAgency, agency: AgencyView) -> datetime:
    """When the agency answers: after its sort's time, but by half of what was left to the hour."""
    share = zlib.crc32(f"{one.operation}:{one.agency}".encode()) / 2**32
    usual = timedelta(minutes=MINUTES.get(agency.kind, OTHERS) * (1 + SPREAD * (2 * share - 1)))
    return one.asked_at + min(usual, (one.hour - one.asked_at) / 2)
