"""Erasing what a person told, at the person's wish, as far as the law lets go of it."""

from datetime import datetime

from sqlalchemy import select

from warroom import clock
from warroom.errors import NotPossible
from warroom.ledger.audit import writing
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
    now = now or clock.now()
    if not wished:
        raise NotPossible("survivors.erasure-not-wished")
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        query = select(Screening.id).where(Screening.person_id == person.id, Screening.state == "open")
        if session.scalars(query).first() is not None:
            raise NotPossible("survivors.screening-open")
        for purpose in CONSENT_PURPOSES:
            consents.end(session, person, purpose, now)
        gone = confidential.erase(session, person.id, row.id, confidential.ERASED, now)
        writing.append(session, officer, "wall.erased", repository.subject(person), {"rows": gone}, at=now)
        return Erasure(person.number, gone, forms.form().kept)
