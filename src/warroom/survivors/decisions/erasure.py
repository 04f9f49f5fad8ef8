"""Erasing what a person told, at the person's wish, as far as the law lets go of it."""

from datetime import datetime

from sqlalchemy import select

from warroom.errors import NotPossible
from warroom.ledger.decision import decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors import confidential, forms, repository
from warroom.survivors.decisions import consents
from warroom.survivors.schema import Screening
from warroom.survivors.views import CONSENT_PURPOSES, Erasure


def erase_told(
    ledger: Ledger, officer: Officer, number: str, *, wished: bool, now: datetime | None = None
) -> Erasure:
    """Remove name, papers, answers, drafts, reasons and what stood under consents; every consent ends with it.

    What protects the person (the status, the acts they were made to do) and the bare record of who did what stay:
    `Erasure.kept` says so in both languages. Raises NotPossible without the person's wish or while a screening is
    open.
    """
    if not wished:
        raise NotPossible("survivors.erasure-not-wished")
    with decision(ledger, officer, "screener", now=now) as this:
        person = repository.mine(this, number)
        query = select(Screening.id).where(Screening.person_id == person.id, Screening.state == "open")
        # What is told in an open screening after the erasure would stay, and nobody would know that it did.
        if this.session.scalars(query).first() is not None:
            raise NotPossible("survivors.screening-open")
        for purpose in CONSENT_PURPOSES:
            consents.end(this, person, purpose)
        gone = confidential.erase(this, person.id, confidential.ERASED)
        repository.log(this, "wall.erased", person, {"rows": gone})
        return Erasure(person.number, gone, forms.form().kept)
