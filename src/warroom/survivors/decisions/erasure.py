"""Erasing what a person said, at the person's wish, as far as the law allows."""

from datetime import datetime

from sqlalchemy import select

from warroom.errors import NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors import confidential, forms, repository
from warroom.survivors.decisions import consents
from warroom.survivors.schema import Screening
from warroom.survivors.views import CONSENT_PURPOSES, SurvivorErasure


def erase_told(
    ledger: Ledger, officer: Officer, number: str, *, wished: bool, now: datetime | None = None
) -> SurvivorErasure:
    """Remove name, papers, answers, drafts, reasons and what stood under consents; every consent ends with it.

    What protects the person (the status, the acts they were made to do) and the bare record of who did what stay:
    `SurvivorErasure.kept` says so in both languages. Raises NotPossible without the person's wish or while a screening is
    open.
    """
    if not wished:
        raise NotPossible("survivors.erasure-not-wished")
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        query = select(Screening.id).where(Screening.person_id == person.id, Screening.state == "open")
        # What is said in an open screening after the erasure would stay, without anybody knowing.
        if this.session.scalars(query).first() is not None:
            raise NotPossible("survivors.screening-open")
        for purpose in CONSENT_PURPOSES:
            consents.end_consent(this, person, purpose)
        gone = confidential.erase_sealed_rows(this, person.id, confidential.ERASED)
        repository.log_person(this, "wall.erased", person, {"rows": gone})
        return SurvivorErasure(person.number, gone, forms.load_form().kept)
