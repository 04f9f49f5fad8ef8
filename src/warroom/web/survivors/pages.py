"""People found: the list, one person, and the screening form as a page that works on a phone without scripts."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import clock
from warroom.access import role_groups
from warroom.access.desk import at_desk
from warroom.access.officers import list_officers
from warroom.access.role_groups import (
    GLASS_BREAKERS,
    GLASS_REVIEWERS,
    PEOPLE_FINDERS,
    PEOPLE_READERS,
    SCREENER_ASSIGNERS,
    TOLD_READERS,
)
from warroom.bilingual import dates
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.survivors import confidential, forms, queries
from warroom.survivors import opening as survivor_opening
from warroom.survivors.decisions import (
    break_glass,
    charges,
    clocks,
    consents,
    identification,
    notices,
    referrals,
    register,
    screening,
)
from warroom.survivors.views import AnswerIn, Identity
from warroom.web.doors.router import Router
from warroom.web.kit.forms import NOTHING_TYPED, Typed, attempt, text
from warroom.web.kit.lists import ROWS, listing, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id, row_id
from warroom.web.kit.words import Words
from warroom.web.survivors.words import PeopleWords

router = Router(include_in_schema=False)


@router.get("/people", may=PEOPLE_READERS)
def listed(request: Request, officer: SignedIn, offset: int = 0) -> Response:
    ledger, offset = open_home_of(request).ledger, start_of(offset)
    rows, total = queries.people(ledger, officer, limit=ROWS, offset=offset)
    return page(
        request,
        "people.html",
        rows=rows,
        **listing("/people", total, offset),
        notices=queries.notices(ledger, officer),
        may_register=officer.may(*role_groups.PEOPLE_FINDERS),
        **_words(request),
    )


@router.post("/people", may=PEOPLE_FINDERS)
def registered(request: Request, officer: SignedIn, form: Form) -> Response:
    number = register.register_person(
        open_home_of(request).ledger,
        officer,
        found=text(form, "found"),  # type: ignore[arg-type]
        found_at=_moment(request, text(form, "found_at")),
        age_band=text(form, "age_band"),  # type: ignore[arg-type]
        age_basis=text(form, "age_basis"),  # type: ignore[arg-type]
        key=text(form, "key"),
        case=text(form, "case").upper(),
        identity=Identity(text(form, "name"), text(form, "papers"), text(form, "note")),
    )
    return _to(number, "registered")


@router.post("/people/notices/{notice_id}", may=PEOPLE_READERS)
def seen(request: Request, notice_id: Id, officer: SignedIn, form: Form) -> Response:
    notices.see_notice(open_home_of(request).ledger, officer, row_id(notice_id))
    return RedirectResponse("/people", 303)


@router.get("/people/{number}", may=PEOPLE_READERS)
def one(request: Request, number: Name, officer: SignedIn) -> Response:
    return person(request, officer, number)


def person(
    request: Request, officer: Officer, number: str, typed: Typed = NOTHING_TYPED, status: int = 200
) -> Response:
    """A person's page, or the same again with why a form was refused."""
    found = queries.person_page(open_home_of(request).ledger, officer, number)
    return page(
        request,
        "person.html",
        status,
        person=found,
        agencies=_agencies(request) if found.mine else [],
        may_assign=officer.may(*role_groups.SCREENER_ASSIGNERS),
        **_assigners(request),
        screeners=_screeners(request, officer) if officer.may(*role_groups.SCREENER_ASSIGNERS) else [],
        # For one's own people the door is open without it.
        may_break=officer.may(*role_groups.GLASS_BREAKERS) and not found.mine,
        may_suspect=officer.may(*role_groups.SUSPECTERS),
        may_charge=officer.may(*role_groups.CHARGERS),
        standing=charges.standing(found, clock.now()),
        lengths=(charges.SHORTEST_STATEMENT, charges.LONGEST_STATEMENT),
        may_confirm=officer.may(*role_groups.CHARGE_CONFIRMERS),
        open_one=next((one for one in found.screenings if one.state == "open"), None),
        typed=typed,
        **_words(request),
    )


def _assigners(request: Request) -> dict[str, Any]:
    """Whom a person without a screener waits for."""
    roles, words = role_groups.SCREENER_ASSIGNERS, Words(say_for(request))
    return {
        "assigners": ", ".join(words.role(role) for role in roles),
        "assigners_here": at_desk(open_home_of(request).ledger, *roles),
    }


def _screeners(request: Request, officer: Officer) -> list[Officer]:
    """Whom one may ask to screen: every screener but oneself; a part in the case is looked at when one is chosen."""
    known = list_officers(open_home_of(request).ledger)
    return [one for one in known if one.may("screener") and one.id != officer.id]


@router.post("/people/{number}/team", may=SCREENER_ASSIGNERS)
def assigned(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    def act() -> str:
        register.assign(open_home_of(request).ledger, officer, number, text(form, "username"))
        return f"/people/{number}?said=assigned"

    return attempt(
        request, "team", form, act, lambda typed, status: person(request, officer, number, typed, status)
    )


@router.post("/people/{number}/glass", may=GLASS_BREAKERS)
def broken(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    break_glass.break_glass(
        open_home_of(request).ledger, officer, number, text(form, "reason"), text(form, "key")
    )
    return RedirectResponse(f"/people/{number}/told", 303)


@router.post("/people/{number}/glass/{glass_id}", may=GLASS_REVIEWERS)
def reviewed(request: Request, number: Name, glass_id: Id, officer: SignedIn, form: Form) -> Response:
    verdict, note = text(form, "verdict"), text(form, "note")
    break_glass.review_glass(open_home_of(request).ledger, officer, row_id(glass_id), verdict, note)  # type: ignore[arg-type]
    return _to(number, "reviewed")


@router.post("/people/{number}/decision", may=("screener",))
def decided(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    ledger, does, why = open_home_of(request).ledger, text(form, "does"), text(form, "reasons")
    if does == "withdrawn":
        identification.withdraw_status(ledger, officer, number, why)
    elif does == "not_identified":
        identification.not_identify(ledger, officer, number, why, text(form, "key"))
    else:
        identification.identify(ledger, officer, number, why, text(form, "key"), acts=_acts(form))
    return _to(number, "decided")


@router.post("/people/{number}/clock", may=("screener",))
def extended(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    days = text(form, "days")
    length = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
    clocks.extend_clock(open_home_of(request).ledger, officer, number, text(form, "clock"), length)  # type: ignore[arg-type]
    return _to(number, "extended")


@router.post("/people/{number}/return", may=("screener",))
def assessed(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    verdict, why = text(form, "verdict"), text(form, "reasons")
    referrals.assess_return(open_home_of(request).ledger, officer, number, verdict, why)  # type: ignore[arg-type]
    return _to(number, "assessed")


@router.get("/people/{number}/told", may=TOLD_READERS)
def told(request: Request, number: Name, officer: SignedIn) -> Response:
    opened = survivor_opening.open_wall(open_home_of(request).ledger, officer, number)
    return page(request, "person_told.html", opened=opened, form=forms.form(), **_words(request))


@router.post("/people/{number}/consents", may=("screener",))
def consented(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    purpose, to = text(form, "purpose"), text(form, "agency")
    by = "guardian" if text(form, "given_by") == "guardian" else "person"
    consents.give_consent(open_home_of(request).ledger, officer, number, purpose, to, given_by=by)  # type: ignore[arg-type]
    return _to(number, "consented")


@router.post("/people/{number}/referrals", may=("screener",))
def referred(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    kind, to, wished = text(form, "kind"), text(form, "agency"), text(form, "wished") == "yes"
    ledger = open_home_of(request).ledger
    referrals.refer(ledger, officer, number, kind, to, text(form, "key"), wished=wished)  # type: ignore[arg-type]
    return _to(number, "referred")


@router.post("/people/{number}/referrals/{referral_id}", may=("screener",))
def answered(request: Request, number: Name, referral_id: Id, officer: SignedIn, form: Form) -> Response:
    state = text(form, "state")
    referrals.answer_referral(open_home_of(request).ledger, officer, number, row_id(referral_id), state)  # type: ignore[arg-type]
    return _to(number, "answered")


@router.post("/people/{number}/screening/begin", may=("screener",))
def begun(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    opening = screening.Opening(
        consent=text(form, "consent") == "yes",
        rights_told=text(form, "rights") == "yes",
        counsel=text(form, "counsel") or "wanted",  # type: ignore[arg-type]
        given_by="guardian" if text(form, "given_by") == "guardian" else "person",
        interpreter=text(form, "interpreter").upper()[:16],
        independent=text(form, "independent") == "yes",
    )
    screening.begin_screening(open_home_of(request).ledger, officer, number, opening, text(form, "key"))
    return RedirectResponse(f"/people/{number}/screening", 303)


@router.get("/people/{number}/screening", may=("screener",))
def questions(request: Request, number: Name, officer: SignedIn) -> Response:
    ledger = open_home_of(request).ledger
    found = queries.person_page(ledger, officer, number)
    if not any(one.state == "open" for one in found.screenings):
        raise NotPossible("survivors.no-screening-open")
    # A draft lies behind the wall as everything that was told, so going on with it is a look too.
    drafts = survivor_opening.open_wall(ledger, officer, number, ["draft"]).things
    kept: dict[str, Any] = dict(drafts[-1].body) if drafts else {}
    return page(request, "screening.html", person=found, form=forms.form(), kept=kept, **_words(request))


@router.post("/people/{number}/screening", may=("screener",))
def kept(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """One form, three buttons: keep the draft, finish, or stop because the person wishes it."""
    ledger, does = open_home_of(request).ledger, text(form, "does")
    if does == "stop":
        screening.withdraw_from_screening(ledger, officer, number)
        return _to(number, "stopped")
    if does == "finish":
        _finish(request, number, officer, form)
        return _to(number, "screened")
    screening.save_draft(ledger, officer, number, _answers(form))
    return RedirectResponse(f"/people/{number}/screening?said=kept", 303)


def _finish(request: Request, number: str, officer: Officer, form: FormData) -> None:
    """What is marked is kept as a draft first: a missing reason loses nothing that was written."""
    ledger, answers = open_home_of(request).ledger, _answers(form)
    screening.save_draft(ledger, officer, number, answers)
    screening.complete_screening(
        ledger,
        officer,
        number,
        answers,
        text(form, "reasons"),
        text(form, "key"),
        identify=text(form, "identify") == "yes",
        acts=_acts(form),
    )


def _answers(form: FormData) -> dict[str, AnswerIn]:
    marked = {}
    for question in forms.form().questions:
        # Left blank is neither yes nor no: it may not have been asked.
        mark = text(form, f"mark-{question.id}") or "not_said"
        marked[question.id] = AnswerIn(mark, text(form, f"words-{question.id}"))  # type: ignore[arg-type]
    return marked


def _acts(form: FormData) -> tuple[str, ...]:
    return tuple(act.id for act in forms.form().acts if text(form, f"act-{act.id}") == "yes")


def _agencies(request: Request) -> list[Any]:
    from warroom.access.agencies import agencies

    fit = ("shelter", "hospital", "ngo", "embassy", "abroad", "other")
    return [one for one in agencies(open_home_of(request).ledger) if one.active and one.kind in fit]


def _words(request: Request) -> dict[str, Any]:
    return {"told": PeopleWords(say_for(request)), "kinds": confidential.KINDS}


def _to(number: str, said: str) -> Response:
    return RedirectResponse(f"/people/{number}?{urlencode({'said': said})}", 303)


def _moment(request: Request, said: str) -> datetime:
    """A local time as a form writes it; this moment where none was given."""
    zoned = dates.moment(said, say_for(request).zone) if said else clock.now()
    if zoned is None:
        raise NotPossible("survivors.found-time-unfit")
    return min(zoned, clock.now())
