"""Pages of people found: the list, one person, and the screening form, which works on a phone without scripts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import clock
from warroom.access import role_groups
from warroom.access.officers import list_officers
from warroom.access.role_groups import (
    GLASS_BREAKERS,
    GLASS_REVIEWERS,
    SCREENER_ASSIGNERS,
    SURVIVOR_FINDERS,
    SURVIVOR_READERS,
    TOLD_READERS,
)
from warroom.access.signed_in import list_signed_in_names
from warroom.bilingual import dates
from warroom.errors import NotPossible
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence
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
from warroom.survivors.views import AnswerIn, Identity, SurvivorLine
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import NOTHING_TYPED, TypedForm, UnfitField, read_text_field, run_form_action
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id, clamp_row_id
from warroom.web.kit.words import CodeWords
from warroom.web.survivors.words import SurvivorWords

router = Router(include_in_schema=False)
# A decision with less time left is shown as due. Chosen, not measured.
DECISION_WARNING = timedelta(days=5)


@router.get("/people", may=SURVIVOR_READERS)
def show_survivors(request: Request, officer: SignedIn, offset: int = 0) -> Response:
    return _render_survivors(request, officer, offset)


def _render_survivors(
    request: Request, officer: Officer, offset: int = 0, typed: TypedForm = NOTHING_TYPED, status: int = 200
) -> Response:
    ledger, offset, say = open_home_of(request).ledger, clamp_offset(offset), say_for(request)
    rows, total = queries.list_survivors(ledger, officer, limit=ROWS, offset=offset)
    return render_page(
        request,
        "people.html",
        status,
        rows=[(row, _build_help_clock(row, say)) for row in rows],
        typed=typed,
        **build_listing("/people", total, offset),
        notices=queries.list_notices(ledger, officer),
        may_register=officer.has_role(*role_groups.SURVIVOR_FINDERS),
        **_build_words(request),
    )


def _build_help_clock(row: SurvivorLine, say: Say) -> Clock | None:
    """By when somebody is to speak with a person, then by when it is decided whether they are a victim."""
    _ = say.catalog.gettext
    if row.talk_by is not None:
        left, over = _("speak with them within {span}"), _("nobody has spoken with them, {span} late")
        return say.clock(row.talk_by, row.found_at, (row.talk_by - row.found_at) / 2, left, over)
    if row.next_due is not None:
        return say.clock(row.next_due.due_at, row.found_at, DECISION_WARNING, _("decide in {span}"))
    return None


@router.post("/people", may=SURVIVOR_FINDERS)
def register_person(request: Request, officer: SignedIn, form: Form) -> Response:
    def carry_out() -> str:
        number = register.register_person(
            open_home_of(request).ledger,
            officer,
            found=read_text_field(form, "found"),  # type: ignore[arg-type]
            found_at=_parse_moment(request, read_text_field(form, "found_at")),
            age_band=read_text_field(form, "age_band"),  # type: ignore[arg-type]
            age_basis=read_text_field(form, "age_basis"),  # type: ignore[arg-type]
            key=read_text_field(form, "key"),
            case=read_text_field(form, "case").upper(),
            identity=Identity(
                read_text_field(form, "name"), read_text_field(form, "papers"), read_text_field(form, "note")
            ),
        )
        return _make_person_address(number, "registered")

    return run_form_action(
        request,
        "register",
        form,
        carry_out,
        lambda typed, status: _render_survivors(request, officer, 0, typed, status),
    )


@router.post("/people/notices/{notice_id}", may=SURVIVOR_READERS)
def mark_notice_seen(request: Request, notice_id: Id, officer: SignedIn, form: Form) -> Response:
    notices.see_notice(open_home_of(request).ledger, officer, clamp_row_id(notice_id))
    return RedirectResponse("/people", 303)


@router.get("/people/{number}", may=SURVIVOR_READERS)
def show_person(request: Request, number: Name, officer: SignedIn) -> Response:
    return render_person(request, officer, number)


def render_person(
    request: Request, officer: Officer, number: str, typed: TypedForm = NOTHING_TYPED, status: int = 200
) -> Response:
    """Render a person's page, with `typed` after a refused form."""
    person_view = queries.load_person_page(open_home_of(request).ledger, officer, number)
    return render_page(
        request,
        "person.html",
        status,
        person=person_view,
        agencies=_list_agencies(request) if person_view.mine else [],
        may_assign=officer.has_role(*role_groups.SCREENER_ASSIGNERS),
        **_build_assigner_values(request),
        screeners=_list_screeners(request, officer)
        if officer.has_role(*role_groups.SCREENER_ASSIGNERS)
        else [],
        # The person's own screeners have access without it.
        may_break=officer.has_role(*role_groups.GLASS_BREAKERS) and not person_view.mine,
        may_suspect=officer.has_role(*role_groups.SUSPECTERS),
        may_charge=officer.has_role(*role_groups.CHARGERS),
        standing=charges.list_charge_obstacles(person_view, clock.get_now()),
        lengths=(charges.SHORTEST_STATEMENT, charges.LONGEST_STATEMENT),
        may_confirm=officer.has_role(*role_groups.CHARGE_CONFIRMERS),
        open_one=next(
            (screening_view for screening_view in person_view.screenings if screening_view.state == "open"),
            None,
        ),
        typed=typed,
        **_build_words(request),
    )


def _build_assigner_values(request: Request) -> dict[str, Any]:
    """Who can assign a screener to a person without one, and who of them is signed in."""
    roles, words = role_groups.SCREENER_ASSIGNERS, CodeWords(say_for(request))
    return {
        "assigners": ", ".join(words.role(role) for role in roles),
        "assigners_here": list_signed_in_names(open_home_of(request).ledger, *roles),
    }


def _list_screeners(request: Request, officer: Officer) -> list[Officer]:
    """The screeners to choose from: all but the officer. Conflicts of interest are checked when one is assigned."""
    known = list_officers(open_home_of(request).ledger)
    return [one for one in known if one.has_role("screener") and one.id != officer.id]


@router.post("/people/{number}/team", may=SCREENER_ASSIGNERS)
def assign_screener(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    username = read_text_field(form, "username")
    return _apply_to_person(
        request, officer, number, form, "team", "assigned", register.assign_screener, username
    )


def _apply_to_person(
    request: Request,
    officer: Officer,
    number: str,
    form: FormData,
    at: str,
    notice: str,
    service: Callable[..., object],
    *arguments: Any,
    **named: Any,
) -> Response:
    """Run a decision on a person; on refusal show the page again with what was typed. `notice` is its code, or the address
    to go to.
    """

    def carry_out() -> str:
        service(open_home_of(request).ledger, officer, number, *arguments, **named)
        return notice if notice.startswith("/") else _make_person_address(number, notice)

    return run_form_action(
        request,
        at,
        form,
        carry_out,
        lambda typed, status: render_person(request, officer, number, typed, status),
    )


@router.post("/people/{number}/glass", may=GLASS_BREAKERS)
def break_the_glass(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    reason, key, opened_page = (
        read_text_field(form, "reason"),
        read_text_field(form, "key"),
        f"/people/{number}/told",
    )
    return _apply_to_person(
        request, officer, number, form, "glass", opened_page, break_glass.break_glass, reason, key
    )


@router.post("/people/{number}/glass/{glass_id}", may=GLASS_REVIEWERS)
def review_glass(request: Request, number: Name, glass_id: Id, officer: SignedIn, form: Form) -> Response:
    verdict, note, glass = (
        read_text_field(form, "verdict"),
        read_text_field(form, "note"),
        clamp_row_id(glass_id),
    )

    def review_opening(ledger: Ledger, officer: Officer, number: str) -> None:
        break_glass.review_glass(ledger, officer, glass, verdict, note)  # type: ignore[arg-type]

    return _apply_to_person(request, officer, number, form, f"glass-{glass}", "reviewed", review_opening)


@router.post("/people/{number}/decision", may=("screener",))
def decide_victim_status(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    does, why, key = (
        read_text_field(form, "does"),
        read_text_field(form, "reasons"),
        read_text_field(form, "key"),
    )

    def decide_status(ledger: Ledger, officer: Officer, number: str) -> None:
        if does == "withdrawn":
            identification.withdraw_status(ledger, officer, number, why)
        elif does == "not_identified":
            identification.not_identify(ledger, officer, number, why, key)
        else:
            identification.identify_victim(ledger, officer, number, why, key, acts=_parse_acts(form))

    return _apply_to_person(request, officer, number, form, "decision", "decided", decide_status)


@router.post("/people/{number}/clock", may=("screener",))
def extend_clock(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    days, which = read_text_field(form, "days"), read_text_field(form, "clock")
    length = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
    return _apply_to_person(
        request, officer, number, form, "clock", "extended", clocks.extend_clock, which, length
    )


@router.post("/people/{number}/return", may=("screener",))
def assess_return(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    verdict, why = read_text_field(form, "verdict"), read_text_field(form, "reasons")
    return _apply_to_person(
        request, officer, number, form, "return", "assessed", referrals.assess_return, verdict, why
    )


@router.get("/people/{number}/told", may=TOLD_READERS)
def show_told(request: Request, number: Name, officer: SignedIn) -> Response:
    opened = survivor_opening.open_confidential(open_home_of(request).ledger, officer, number)
    return render_page(
        request, "person_told.html", opened=opened, form=forms.load_form(), **_build_words(request)
    )


@router.post("/people/{number}/consents", may=("screener",))
def record_consent(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    purpose, to = read_text_field(form, "purpose"), read_text_field(form, "agency")
    by = "guardian" if read_text_field(form, "given_by") == "guardian" else "person"
    return _apply_to_person(
        request,
        officer,
        number,
        form,
        "consent",
        "consented",
        consents.give_consent,
        purpose,
        to,
        given_by=by,
    )


@router.post("/people/{number}/referrals", may=("screener",))
def refer_person(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    kind, to, key = (
        read_text_field(form, "kind"),
        read_text_field(form, "agency"),
        read_text_field(form, "key"),
    )
    wished = read_text_field(form, "wished") == "yes"
    return _apply_to_person(
        request,
        officer,
        number,
        form,
        "referral",
        "referred",
        referrals.refer_person,
        kind,
        to,
        key,
        wished=wished,
    )


@router.post("/people/{number}/referrals/{referral_id}", may=("screener",))
def answer_referral(
    request: Request, number: Name, referral_id: Id, officer: SignedIn, form: Form
) -> Response:
    referral, state = clamp_row_id(referral_id), read_text_field(form, "state")
    return _apply_to_person(
        request,
        officer,
        number,
        form,
        f"referral-{referral}",
        "answered",
        referrals.answer_referral,
        referral,
        state,
    )


@router.post("/people/{number}/screening/begin", may=("screener",))
def begin_screening(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    opening = screening.Opening(
        consent=read_text_field(form, "consent") == "yes",
        rights_told=read_text_field(form, "rights") == "yes",
        counsel=read_text_field(form, "counsel") or "wanted",  # type: ignore[arg-type]
        given_by="guardian" if read_text_field(form, "given_by") == "guardian" else "person",
        interpreter=read_text_field(form, "interpreter").upper()[:16],
        independent=read_text_field(form, "independent") == "yes",
    )
    key, questions = read_text_field(form, "key"), f"/people/{number}/screening"
    return _apply_to_person(
        request, officer, number, form, "begin", questions, screening.begin_screening, opening, key
    )


@router.get("/people/{number}/screening", may=("screener",))
def show_questions(request: Request, number: Name, officer: SignedIn) -> Response:
    ledger = open_home_of(request).ledger
    person_view = queries.load_person_page(ledger, officer, number)
    if not any(screening_view.state == "open" for screening_view in person_view.screenings):
        raise NotPossible("survivors.no-screening-open")
    # A draft is as confidential as a finished screening, so continuing it is logged as an access too.
    drafts = survivor_opening.open_confidential(ledger, officer, number, ["draft"]).things
    kept: dict[str, Any] = dict(drafts[-1].body) if drafts else {}
    return render_page(
        request,
        "screening.html",
        person=person_view,
        form=forms.load_form(),
        kept=kept,
        **_build_words(request),
    )


@router.post("/people/{number}/screening", may=("screener",))
def save_screening(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """The three buttons of the form: save the draft, finish, or stop at the person's wish."""
    ledger, does = open_home_of(request).ledger, read_text_field(form, "does")
    if does == "stop":
        screening.withdraw_from_screening(ledger, officer, number)
        return _redirect_to_person(number, "stopped")
    if does == "finish":
        _complete_screening(request, number, officer, form)
        return _redirect_to_person(number, "screened")
    screening.save_draft(ledger, officer, number, _parse_answers(form))
    return RedirectResponse(f"/people/{number}/screening?said=kept", 303)


def _complete_screening(request: Request, number: str, officer: Officer, form: FormData) -> None:
    """Finish the screening. The draft is saved first, so that a refusal (a missing reason) loses none of the answers."""
    ledger, answers = open_home_of(request).ledger, _parse_answers(form)
    screening.save_draft(ledger, officer, number, answers)
    screening.complete_screening(
        ledger,
        officer,
        number,
        answers,
        read_text_field(form, "reasons"),
        read_text_field(form, "key"),
        identify=read_text_field(form, "identify") == "yes",
        acts=_parse_acts(form),
    )


def _parse_answers(form: FormData) -> dict[str, AnswerIn]:
    marked = {}
    for question in forms.load_form().questions:
        # A blank answer is neither yes nor no: the question may not have been asked.
        mark = read_text_field(form, f"mark-{question.id}") or "not_said"
        marked[question.id] = AnswerIn(mark, read_text_field(form, f"words-{question.id}"))  # type: ignore[arg-type]
    return marked


def _parse_acts(form: FormData) -> tuple[str, ...]:
    return tuple(act.id for act in forms.load_form().acts if read_text_field(form, f"act-{act.id}") == "yes")


def _list_agencies(request: Request) -> list[Any]:
    from warroom.access.agencies import list_agencies

    fit = ("shelter", "hospital", "ngo", "embassy", "abroad", "other")
    return [one for one in list_agencies(open_home_of(request).ledger) if one.active and one.kind in fit]


def _build_words(request: Request) -> dict[str, Any]:
    return {"told": SurvivorWords(say_for(request)), "kinds": confidential.KINDS}


def _make_person_address(number: str, said: str) -> str:
    return f"/people/{number}?{urlencode({'said': said})}"


def _redirect_to_person(number: str, said: str) -> Response:
    return RedirectResponse(_make_person_address(number, said), 303)


def _parse_moment(request: Request, said: str) -> datetime:
    """Parse a form's local time; now if it is empty."""
    zoned = dates.parse_moment(said, say_for(request).zone) if said else clock.get_now()
    if zoned is None:
        raise UnfitField(Sentence("survivors.found-time-unfit"), "found_at")
    return min(zoned, clock.get_now())
