"""People found: registered, looked after by their screeners, screened, identified, and what they told behind the wall."""

from typing import Annotated

from fastapi import Path, Query, Response

from warroom.access.role_groups import (
    SCREENER_ASSIGNERS,
    SURVIVOR_COUNTERS,
    SURVIVOR_FINDERS,
    SURVIVOR_READERS,
    TOLD_READERS,
)
from warroom.survivors import events, forms, queries, statistics
from warroom.survivors import opening as survivor_opening
from warroom.survivors.confidential import KINDS, SealedKind
from warroom.survivors.decisions import clocks, erasure, identification, notices, register, screening
from warroom.survivors.views import AnswerIn, Identity
from warroom.web.doors.access_table import SIGNED_IN
from warroom.web.kit.api import Book, Caller, Key, make_area_router
from warroom.web.kit.shapes import Id, Limit, Number, Offset
from warroom.web.survivors import shapes

router = make_area_router("people")
Person = Annotated[str, Path(pattern=r"^P-[0-9]{1,15}$", examples=["P-1"])]


@router.get("/screening-form", may=SIGNED_IN, response_model=shapes.FormOut)
def form(caller: Caller) -> object:
    """The questions in open words, in Thai and English, and the acts people are made to do."""
    return forms.load_form()


@router.get("/people", may=SURVIVOR_READERS, response_model=shapes.SurvivorsOut)
def listed(caller: Caller, book: Book, limit: Limit = 50, offset: Offset = 0) -> object:
    """People the caller may know of, those still presumed victims first."""
    rows, total = queries.list_survivors(book, caller, limit=limit, offset=offset)
    return {"rows": rows, "total": total}


@router.post("/people", may=SURVIVOR_FINDERS, response_model=shapes.Numbered, status_code=201)
def registered(caller: Caller, book: Book, key: Key, given: shapes.PersonIn) -> object:
    """Register a person found, who is a presumed victim from then on."""
    number = register.register_person(
        book,
        caller,
        found=given.found,
        found_at=given.found_at,
        age_band=given.age_band,
        age_basis=given.age_basis,
        key=key,
        case=given.case,
        identity=Identity(given.name, given.papers, given.note),
    )
    return {"number": number}


@router.get("/people/notices", may=SURVIVOR_READERS, response_model=shapes.NoticesOut)
def noticed(caller: Caller, book: Book) -> object:
    """What the caller must know about their people."""
    rows = queries.list_notices(book, caller)
    return {"rows": rows, "total": len(rows)}


@router.post(
    "/people/notices/{notice_id}/seen", may=SURVIVOR_READERS, status_code=204, response_class=Response
)
def seen(caller: Caller, book: Book, notice_id: Id) -> None:
    """The caller has seen a notice."""
    notices.see_notice(book, caller, notice_id)


@router.get("/people/table/{by}", may=SURVIVOR_COUNTERS, response_model=shapes.TableOut)
def counted(caller: Caller, book: Book, by: statistics.By) -> object:
    """Counts up to the end of the last whole week, small cells left out."""
    return statistics.count_survivors_by(book, caller, by)


@router.get("/people/{number}", may=SURVIVOR_READERS, response_model=shapes.PersonOut)
def one(caller: Caller, book: Book, number: Person) -> object:
    """A person's statuses, clocks, screenings and charges; more for their screeners."""
    return queries.load_person_page(book, caller, number)


@router.post("/people/{number}/age", may=("screener",), status_code=204, response_class=Response)
def aged(caller: Caller, book: Book, number: Person, given: shapes.AgeIn) -> None:
    """Correct an age, always in the child's favour."""
    register.set_age(book, caller, number, given.age_band, given.age_basis)


@router.post("/people/{number}/team", may=SCREENER_ASSIGNERS, status_code=204, response_class=Response)
def assigned(caller: Caller, book: Book, number: Person, given: shapes.TeamIn) -> None:
    """Make an officer one of the person's screeners."""
    register.assign_screener(book, caller, number, given.username, lead=given.lead)


@router.delete(
    "/people/{number}/team/{username}", may=SCREENER_ASSIGNERS, status_code=204, response_class=Response
)
def unassigned(caller: Caller, book: Book, number: Person, username: Number) -> None:
    """An officer is no longer one of the person's screeners."""
    register.unassign_screener(book, caller, number, username)


@router.post("/people/{number}/clock", may=("screener",), response_model=shapes.UntilOut)
def extended(caller: Caller, book: Book, number: Person, given: shapes.ClockIn) -> object:
    """More days, as the person wishes."""
    kind: events.ClockName = "reflection" if given.clock == "reflection" else "identification"
    return {"until": clocks.extend_clock(book, caller, number, kind, given.days)}


@router.post("/people/{number}/screening", may=("screener",), response_model=shapes.Made, status_code=201)
def begun(caller: Caller, book: Book, number: Person, key: Key, given: shapes.OpeningIn) -> object:
    """Begin a screening: consent, rights, counsel and interpreter come first."""
    opening = screening.Opening(**given.model_dump())
    return {"id": screening.begin_screening(book, caller, number, opening, key)}


@router.put("/people/{number}/screening/draft", may=("screener",), status_code=204, response_class=Response)
def drafted(caller: Caller, book: Book, number: Person, given: shapes.DraftIn) -> None:
    """Keep what was marked so far, sealed."""
    screening.save_draft(book, caller, number, _to_answers(given.answers))


@router.post("/people/{number}/screening/complete", may=("screener",), response_model=shapes.OutcomeOut)
def completed(caller: Caller, book: Book, number: Person, key: Key, given: shapes.CompleteIn) -> object:
    """End the screening; the outcome is computed, and doubt means presumed victim."""
    outcome = screening.complete_screening(
        book,
        caller,
        number,
        _to_answers(given.answers),
        given.reasons,
        key,
        identify=given.identify,
        acts=tuple(given.acts),
    )
    return {"outcome": outcome}


def _to_answers(given: dict[str, shapes.MarkIn]) -> dict[str, AnswerIn]:
    return {name: AnswerIn(one.mark, one.words) for name, one in given.items()}


@router.post("/people/{number}/screening/stop", may=("screener",), status_code=204, response_class=Response)
def stopped(caller: Caller, book: Book, number: Person) -> None:
    """The person takes their consent back."""
    screening.withdraw_from_screening(book, caller, number)


@router.get("/people/{number}/told", may=TOLD_READERS, response_model=shapes.ToldOut)
def told(
    caller: Caller,
    book: Book,
    number: Person,
    kind: Annotated[list[SealedKind] | None, Query(max_length=len(KINDS))] = None,
) -> object:
    """What was told in confidence, for the person's screeners or through broken glass; the look is logged."""
    return survivor_opening.open_confidential(book, caller, number, kind or KINDS)


@router.post("/people/{number}/told/erase", may=("screener",), response_model=shapes.ErasureOut)
def erased(caller: Caller, book: Book, number: Person, given: shapes.WishIn) -> object:
    """Erase what the person told, at their wish, as far as the law lets go."""
    return erasure.erase_told(book, caller, number, wished=given.wished)


@router.post("/people/{number}/identified", may=("screener",), response_model=shapes.StatusOut)
def identified(caller: Caller, book: Book, number: Person, key: Key, given: shapes.FindingIn) -> object:
    """The person is a victim: one screener is enough."""
    status = identification.identify_victim(book, caller, number, given.reasons, key, acts=tuple(given.acts))
    return {"victim": status}


@router.post("/people/{number}/not-identified", may=("screener",), response_model=shapes.StatusOut)
def not_identified(caller: Caller, book: Book, number: Person, key: Key, given: shapes.ReasonsIn) -> object:
    """No victim was found: counts when a second screener finds the same, after the days of rest."""
    return {"victim": identification.not_identify(book, caller, number, given.reasons, key)}


@router.post("/people/{number}/withdrawn", may=("screener",), response_model=shapes.StatusOut)
def withdrawn(caller: Caller, book: Book, number: Person, given: shapes.ReasonsIn) -> object:
    """A grown person does not want the status of a victim."""
    return {"victim": identification.withdraw_status(book, caller, number, given.reasons)}
