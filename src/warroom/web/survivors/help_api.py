"""Help for people found, what may be held against them, and broken glass."""

from fastapi import Response

from warroom.access.role_groups import (
    CHARGE_CONFIRMERS,
    CHARGERS,
    GLASS_BREAKERS,
    GLASS_REVIEWERS,
    SUSPECTERS,
)
from warroom.survivors import queries
from warroom.survivors.decisions import break_glass, charges, consents, referrals
from warroom.survivors.views import ConsentPurpose
from warroom.web.kit.api import Book, Caller, Key, make_area_router
from warroom.web.kit.shapes import Id
from warroom.web.survivors import shapes
from warroom.web.survivors.api import Person

router = make_area_router("people")


@router.post("/people/{number}/consents", may=("screener",), response_model=shapes.Made, status_code=201)
def consented(caller: Caller, book: Book, number: Person, given: shapes.ConsentIn) -> object:
    """The person wants one receiver told for one purpose."""
    made = consents.give_consent(
        book, caller, number, given.purpose, given.to, given_by=given.given_by, words=given.words
    )
    return {"id": made}


@router.delete(
    "/people/{number}/consents/{purpose}", may=("screener",), status_code=204, response_class=Response
)
def taken_back(caller: Caller, book: Book, number: Person, purpose: ConsentPurpose) -> None:
    """The person takes a consent back; what was asked under it ends with it."""
    consents.withdraw_consent(book, caller, number, purpose)


@router.post("/people/{number}/referrals", may=("screener",), response_model=shapes.Made, status_code=201)
def referred(caller: Caller, book: Book, number: Person, key: Key, given: shapes.ReferralIn) -> object:
    """Ask an agency's help for the person."""
    return {
        "id": referrals.refer_person(book, caller, number, given.kind, given.to, key, wished=given.wished)
    }


@router.post(
    "/people/{number}/referrals/{referral_id}/answer",
    may=("screener",),
    status_code=204,
    response_class=Response,
)
def answered(
    caller: Caller, book: Book, number: Person, referral_id: Id, given: shapes.ReferralAnswerIn
) -> None:
    """Record what the agency answered."""
    referrals.answer_referral(book, caller, number, referral_id, given.state)


@router.post(
    "/people/{number}/return-assessments", may=("screener",), response_model=shapes.Made, status_code=201
)
def assessed(caller: Caller, book: Book, number: Person, given: shapes.AssessmentIn) -> object:
    """Whether a return home would be safe."""
    return {"id": referrals.assess_return(book, caller, number, given.verdict, given.reasons)}


@router.post("/people/{number}/suspected", may=SUSPECTERS, status_code=204, response_class=Response)
def suspected(caller: Caller, book: Book, number: Person) -> None:
    """The person is suspected and stays a presumed victim at the same time."""
    charges.record_suspicion(book, caller, number)


@router.post("/people/{number}/charges", may=CHARGERS, response_model=shapes.Made, status_code=201)
def charge_asked(caller: Caller, book: Book, number: Person, key: Key, given: shapes.ChargeIn) -> object:
    """A prosecutor asks for a charge, which waits for a second officer."""
    return {"id": charges.request_charge(book, caller, number, given.act, given.statement, key)}


@router.post(
    "/people/{number}/charges/{charge_id}/confirm",
    may=CHARGE_CONFIRMERS,
    status_code=204,
    response_class=Response,
)
def charge_confirmed(caller: Caller, book: Book, number: Person, charge_id: Id, key: Key) -> None:
    """A second officer confirms a charge."""
    charges.confirm_charge(book, caller, number, charge_id, key)


@router.post(
    "/people/{number}/charges/{charge_id}/drop", may=CHARGERS, status_code=204, response_class=Response
)
def charge_dropped(caller: Caller, book: Book, number: Person, charge_id: Id) -> None:
    """A prosecutor drops a charge."""
    charges.drop_charge(book, caller, number, charge_id)


@router.post("/people/{number}/glass", may=GLASS_BREAKERS, response_model=shapes.GlassOut, status_code=201)
def broken(caller: Caller, book: Book, number: Person, key: Key, given: shapes.ReasonsIn) -> object:
    """Break the glass: an hour behind the wall, told to the lead and judged by another person."""
    return break_glass.break_glass(book, caller, number, given.reasons, key)


@router.get("/glass", may=GLASS_REVIEWERS, response_model=shapes.GlassesOut)
def all_broken(caller: Caller, book: Book) -> object:
    """Broken glass that the caller may review."""
    rows = queries.list_broken_glass(book, caller)
    return {"rows": rows, "total": len(rows)}


@router.post("/glass/{glass_id}/review", may=GLASS_REVIEWERS, response_model=shapes.GlassOut)
def reviewed(caller: Caller, book: Book, glass_id: Id, given: shapes.ReviewIn) -> object:
    """Judge whether the glass was broken rightly."""
    return break_glass.review_glass(book, caller, glass_id, given.verdict, given.note)
