"""The page of a case: where the money is now and what may be held; and the forms for decisions."""

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, get_args
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import clock
from warroom.access.role_groups import CASE_READERS, HOLD_APPROVERS, HOLD_RELEASERS, REQUEST_DRAFTERS
from warroom.bilingual import dates
from warroom.cases.decisions import (
    appeals,
    cases,
    follow,
    hold_calls,
    hold_extension,
    hold_release,
    hold_take_back,
    holds,
    report_checks,
)
from warroom.cases.known_until import KnownUntil, find_known_until
from warroom.cases.purposes import PurposeNeeded
from warroom.cases.queries import case_page, open_page
from warroom.cases.views import PURPOSES, CasePage
from warroom.errors import NotPossible, WarroomError
from warroom.ledger.officers import Officer
from warroom.money.trail import Method
from warroom.public import transfer_choice
from warroom.requests.decisions.late_records import ask_for_records
from warroom.runtime.open_home import OpenHome
from warroom.sentences.sentence import Sentence
from warroom.signals.techniques.tags import list_scam_techniques
from warroom.web.cases import case_view
from warroom.web.cases import said as telling
from warroom.web.cases.purpose import render_purpose_page
from warroom.web.cases.transfer_pages import build_meant_values
from warroom.web.cases.unlisted import build_unlisted_values
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import describe_refusal
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name, sanitize_target
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.queue.calls import build_call_values
from warroom.web.requests.late_pages import build_late_values
from warroom.web.triage.trail_pages import build_seen_values

router = Router(include_in_schema=False)
# Characters of a text field; chosen, not measured. Longer input is cut, because an officer under time
# pressure should not lose a decision to a validation error.
LONGEST = 2000
# Ids in one field; bounds the work one request can cause. Chosen, not measured.
MOST_NUMBERS = 5000
# Ticked payments in one form: twenty are shown for each report. Chosen.
MOST_TRANSFERS = 100
# An officer's own time, not that of an exercise's clock; chosen, not measured.
TAKE_BACK = timedelta(seconds=10)
NOT_TYPED = ("csrf", "key", "snapshot", "proposal", "case", "only", "lane")
"""Fields of the page's forms that nobody types."""
OF_HOLDS = ("approve", "decline", "follow")
"""Forms whose refusal keeps what is ticked."""
MOVED_ON = ("cases.trail-changed", "cases.hold-decided", "cases.decided-meanwhile")
"""Error codes of an approval that came too late: the page shows the current amounts and asks again."""


@router.get("/cases/{number}", may=CASE_READERS)
def show_case(
    request: Request,
    number: Name,
    officer: SignedIn,
    method: str = "",
    said: str = "",
    holds: str = "",
    lane: str = "",
    opened: str = "",
) -> Response:
    try:
        asked = _CasePageRequest(said, _parse_numbers(holds), lane, opened, method)
        return _render_case(request, officer, number, "case.html", asked)
    except PurposeNeeded:
        return render_purpose_page(request, number, officer)


@router.get("/cases/{number}/now", may=CASE_READERS)
def show_case_changes(
    request: Request,
    number: Name,
    officer: SignedIn,
    stamp: str = "",
    method: str = "",
    said: str = "",
    holds: str = "",
    lane: str = "",
    opened: str = "",
) -> Response:
    """The changing part of an open page; 204 if nothing has changed since `stamp`."""
    if open_page.page_stamp(open_home_of(request).ledger, officer, number) == stamp:
        return Response(status_code=204)
    asked = _CasePageRequest(said, _parse_numbers(holds), lane, opened, method)
    return _render_case(request, officer, number, "case_now.html", asked)


@dataclass(frozen=True, slots=True)
class _CasePageRequest:
    """What an address or a form asks the page to show."""

    said: str = ""
    holds: tuple[int, ...] = ()
    lane: str = ""
    opened: str = ""
    method: str = ""
    ticked: Collection[int] | None = None
    stale: tuple[str, ...] = ()
    problem: str = ""
    refusal: case_view.FormRefusal | None = None


def _render_case(
    request: Request,
    officer: Officer,
    number: str,
    template: str,
    asking: _CasePageRequest,
    status: int = 200,
) -> Response:
    room, say = open_home_of(request), say_for(request)
    # Read before the page: a change between the two causes one needless refresh, and never a page that
    # stays outdated.
    stamp = open_page.page_stamp(room.ledger, officer, number)
    current_case = case_page.case_page(
        room.ledger, officer, number, open_now=True, renews=template == "case_now.html"
    )
    wanted = next((known_method for known_method in get_args(Method) if known_method == asking.method), None)
    compared = compare_trail(room, current_case, wanted) if wanted else None
    next_one = open_page.next_case(room.ledger, officer, number)
    feedback = telling.build_feedback(
        current_case, officer, asking.said, asking.holds, next_one, _find_clock_speed(room), say
    )
    asked = case_view.CaseViewRequest(
        # After a sign-in that interrupted the form nothing is ticked: the officer must decide again about
        # what was never sent.
        ticked=() if asking.said == "again" else asking.ticked,
        opened=frozenset(asking.opened.split(",")),
        chosen=asking.lane,
        stale=asking.stale,
        feedback=feedback,
    )
    shown = case_view.build_case_values(
        current_case, officer, room.ledger, say, compared, _find_known_until(room, current_case, say), asked
    )
    return render_page(
        request,
        template,
        status,
        refusal=asking.refusal,
        problem=asking.problem,
        next_case=next_one,
        stamp=stamp,
        query=urlencode(_format_query(asking)),
        techniques=list_scam_techniques(current_case.row.scam_type),
        **shown,
        **build_call_values(room.ledger, officer, current_case, say),
        **build_late_values(room, officer, number),
        **build_unlisted_values(room.ledger, current_case, say),
        **build_seen_values(room, officer, number),
        **build_meant_values(room, officer, current_case, say),
        # The feedback bar says the same as the general notice, in more detail.
        **({"notice": ""} if feedback else {}),
    )


def refused_in_place(name: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Make a form of the page answer a refusal on the page itself: at the form, with what was typed and ticked.

    `name` is the form's in the templates; a form of one hold, appeal or alert has its number too: `release-12`.
    """

    def decorate_form(act: Callable[..., Response]) -> Callable[..., Response]:
        @functools.wraps(act)
        def answer_form(request: Request, officer: Officer, form: FormData, **path: Any) -> Response:
            try:
                return act(request=request, officer=officer, form=form, **path)
            except NotPossible as problem:
                return _render_refusal(request, officer, form, name, path, problem)

        return answer_form

    return decorate_form


def _render_refusal(
    request: Request,
    officer: Officer,
    form: FormData,
    name: str,
    path: dict[str, Any],
    problem: NotPossible,
) -> Response:
    """The page with the refusal at its form; raises the refusal where the page itself cannot be shown."""
    number = path.get("number") or _read_case_number(form)
    ids = [str(value) for key, value in path.items() if key != "number"]
    sentence = problem.render_in(say_for(request).language)
    holds = name in OF_HOLDS
    asking = _CasePageRequest(
        ticked=_list_ticked(form) if holds else None,
        lane=_read_text(form, "lane") if holds else "".join(f"h{number_of_hold}" for number_of_hold in ids),
        refusal=case_view.FormRefusal("-".join([name, *ids]), sentence, _list_typed(form)),
    )
    try:
        return _render_case(request, officer, number, "case.html", asking, problem.http_status)
    except (WarroomError, PurposeNeeded):
        raise problem from None


def _list_typed(form: FormData) -> dict[str, str]:
    return {key: str(value)[:LONGEST] for key, value in form.items() if key not in NOT_TYPED}


def _format_query(asking: _CasePageRequest) -> dict[str, str]:
    said_of = {"said": asking.said, "holds": ".".join(map(str, asking.holds))}
    given = {**said_of, "lane": asking.lane, "opened": asking.opened, "method": asking.method}
    return {name: value for name, value in given.items() if value}


def _find_clock_speed(room: OpenHome) -> int:
    """The speed of the exercise clock relative to real time; 1 outside an exercise."""
    return max(1, room.exercise.get_state().speed) if room.exercise is not None else 1


def _find_known_until(room: OpenHome, current_case: CasePage, say: Say) -> KnownUntil:
    """Until when the records are known; falls back to the time of the trail if the lake cannot be read."""
    looked = (
        datetime.fromisoformat(current_case.trail["as_of"]) if current_case.trail is not None else say.now
    )
    # A look that changed nothing makes no new trail, and knew the newer records all the same.
    looked = max(looked, current_case.traced_at or looked)
    try:
        return find_known_until(room.lake, looked, say.now)
    except WarroomError:
        return KnownUntil(looked, {}, None)


def compare_trail(room: OpenHome, current_case: CasePage, method: Method) -> dict[str, Any] | None:
    """The case's trail by another tracing method, as JSON; None if `method` is that of the frozen trail."""
    if current_case.trail is None or method == current_case.trail["method"]:
        return None
    from warroom.cases.trails import to_trail_json
    from warroom.money.trace.tracing import trace

    # As of the frozen moment: otherwise the methods would also differ by the transfers made since.
    as_of = datetime.fromisoformat(current_case.trail["as_of"])
    ids = tuple(current_case.trail["transfer_ids"])
    return to_trail_json(trace(room.lake, room.open_index(), ids, method=method, as_of=as_of))


@router.post("/cases/{number}/purpose", may=CASE_READERS)
def state_purpose(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """Record the purpose of opening the case, then lead on to the page that was asked for."""
    # Form input: without this check it could redirect to another site.
    back = sanitize_target(_read_text(form, "back") or f"/cases/{number}")
    chosen = next(
        (known_purpose for known_purpose in PURPOSES if known_purpose == _read_text(form, "purpose")), None
    )
    try:
        if chosen is None:
            raise NotPossible("cases.purpose-missing")
        cases.state_purpose(open_home_of(request).ledger, officer, number, chosen, _read_text(form, "text"))
    except NotPossible as problem:
        typed = describe_refusal(request, "purpose", form, problem)
        typed = replace(typed, wrong="text" if chosen else "purpose")
        return render_purpose_page(request, number, officer, back, typed, problem.http_status)
    return RedirectResponse(back, 303)


@router.post("/cases/{number}/take", may=HOLD_RELEASERS)
@refused_in_place("take")
def take_case(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    # Set before the service is called, so that an error page links back to the case.
    request.state.case = number
    cases.take_case(open_home_of(request).ledger, officer, number)
    # If taken from a list, the officer stays on the list; its row shows the new owner.
    if back := _read_text(form, "back"):
        return RedirectResponse(sanitize_target(back), 303)
    return _redirect_to_case(number, "taken", "")


@router.post("/cases/{number}/approve", may=HOLD_APPROVERS)
@refused_in_place("approve")
def approve_holds(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    request.state.case = number
    room = open_home_of(request)
    wanted, snapshot = _parse_ids(form, "proposal"), _read_text(form, "snapshot")
    # The orders leave after this delay, which a running exercise measures on its own clock.
    wait = TAKE_BACK * _find_clock_speed(room)
    try:
        made = holds.approve_holds(
            room.ledger,
            officer,
            number,
            wanted,
            snapshot,
            _read_text(form, "key"),
            unchecked_reason=_read_text(form, "unchecked_reason"),
            wait=wait,
        )
    except NotPossible as problem:
        if _find_error_code(problem) not in MOVED_ON:
            raise
        return _render_moved_on(request, number, officer, form, problem)
    return _redirect_to_case(number, "approved", "", holds=".".join(str(hold.id) for hold in made))


def _render_moved_on(
    request: Request, number: str, officer: Officer, form: FormData, problem: NotPossible
) -> Response:
    """Render the current case, with a sentence on each amount that was to be held and has changed."""
    room, say, wanted = open_home_of(request), say_for(request), _parse_ids(form, "proposal")
    before = open_page.asked_before(room.ledger, officer, number, wanted)
    stale, ticked = telling.describe_moved_on(case_page.case_page(room.ledger, officer, number), before, say)
    kept = case_view.FormRefusal("approve", "", _list_typed(form))
    asking = _CasePageRequest(
        ticked=ticked, stale=stale, problem=problem.render_in(say.language), refusal=kept
    )
    return _render_case(request, officer, number, "case.html", asking, 409)


@router.post("/cases/{number}/transfers", may=HOLD_APPROVERS)
@refused_in_place("transfers")
def choose_transfers(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """Take the ticked payments as what a public report meant, and follow them."""
    request.state.case = number
    room = open_home_of(request)
    chosen = [str(name)[:200] for name in form.getlist("transfer")][:MOST_TRANSFERS]
    transfer_choice.choose_transfers(
        room.ledger,
        room.lake,
        officer,
        number,
        _read_text(form, "report")[:40],
        chosen,
        _read_text(form, "key"),
    )
    return _redirect_to_case(number, "transfers", "")


@router.post("/cases/{number}/check", may=HOLD_APPROVERS)
@refused_in_place("check")
def record_check(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """Record that the officer called the reporter back, or has proof of the payment."""
    request.state.case = number
    ledger = open_home_of(request).ledger
    how, words = _read_text(form, "how"), _read_text(form, "words")
    report_checks.record_check(ledger, officer, number, how, words, _read_text(form, "key"))
    return _redirect_to_case(number, "checked", "")


@router.post("/cases/{number}/take-back", may=HOLD_APPROVERS)
@refused_in_place("take-back")
def take_back_holds(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    request.state.case = number
    ids = _parse_numbers(_read_text(form, "holds"))
    hold_take_back.take_back_holds(open_home_of(request).ledger, officer, number, ids)
    return _redirect_to_case(number, "taken-back", "")


@router.post("/cases/{number}/follow", may=HOLD_RELEASERS)
@refused_in_place("follow")
def follow_money(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """Trace the money again with the transfers received since; the page says what changed."""
    request.state.case = number
    room = open_home_of(request)
    follow.follow_again(room.ledger, room.lake, room.open_index(), officer, number)
    return _redirect_to_case(number, "followed", "")


@router.post("/cases/{number}/decline", may=HOLD_APPROVERS)
@refused_in_place("decline")
def decline_holds(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    request.state.case = number
    # The lit row's button names its own amounts, whatever is ticked.
    wanted = _parse_ids(form, "only") or _parse_ids(form, "proposal")
    ledger = open_home_of(request).ledger
    holds.decline_proposals(ledger, officer, number, wanted, _read_text(form, "reason"))
    return _redirect_to_case(number, "declined", "")


@router.post("/cases/{number}/late-records", may=REQUEST_DRAFTERS)
@refused_in_place("late-records")
def ask_for_late_records(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """Draft the request to the bank and redirect to it; another officer must approve it there."""
    # Set before the service is called, so that an error page links back to the case.
    request.state.case = number
    room, bank = open_home_of(request), _read_text(form, "bank")[:16]
    made = ask_for_records(room.ledger, room.lake, officer, number, bank, _read_text(form, "key"))
    return RedirectResponse(f"/requests/{made.id}?said=drafted", 303)


@router.post("/holds/{action_id}/call", may=HOLD_RELEASERS)
@refused_in_place("call")
def record_call(request: Request, action_id: Id, officer: SignedIn, form: Form) -> Response:
    """Record a call to the bank, and what was said if somebody answered."""
    number = request.state.case = _read_case_number(form)
    answered = _read_text(form, "answered") == "yes"
    hold_calls.note_call(
        open_home_of(request).ledger, officer, action_id, answered, _read_text(form, "words")
    )
    return _redirect_to_case(number, "called", "", lane=f"h{action_id}")


@router.post("/holds/{action_id}/close-left", may=HOLD_RELEASERS)
@refused_in_place("close-left")
def close_left_money(request: Request, action_id: Id, officer: SignedIn, form: Form) -> Response:
    number = request.state.case = _read_case_number(form)
    follow.close_left(open_home_of(request).ledger, officer, action_id, _read_text(form, "reason"))
    return _redirect_to_case(number, "closed-left", "", lane=f"h{action_id}")


@router.post("/holds/{action_id}/release", may=HOLD_RELEASERS)
@refused_in_place("release")
def release_hold(request: Request, action_id: Id, officer: SignedIn, form: Form) -> Response:
    number = request.state.case = _read_case_number(form)
    hold_release.release_hold(open_home_of(request).ledger, officer, action_id, _read_text(form, "reason"))
    return _redirect_to_case(number, "released", "", lane=f"h{action_id}")


@router.post("/holds/{action_id}/extend", may=HOLD_APPROVERS)
@refused_in_place("extend")
def extend_hold(request: Request, action_id: Id, officer: SignedIn, form: Form) -> Response:
    number = request.state.case = _read_case_number(form)
    # A blank time would be taken as now, and the law counts from it; the second approval has no such field.
    if "complained_at" in form and not _read_text(form, "complained_at"):
        raise NotPossible("pages.time-unread")
    held = hold_extension.extend_hold(
        open_home_of(request).ledger,
        officer,
        action_id,
        _read_text(form, "complaint"),
        _read_text(form, "key"),
        complained_at=_parse_moment(request, _read_text(form, "complained_at")),
    )
    second = held.extension is not None and held.extension.approved_at is not None
    return _redirect_to_case(number, "extended" if second else "extension", "", lane=f"h{action_id}")


@router.post("/appeals/{appeal_id}/answer", may=("appeals",))
@refused_in_place("appeal")
def answer_appeal(request: Request, appeal_id: Id, officer: SignedIn, form: Form) -> Response:
    number = request.state.case = _read_case_number(form)
    if _read_text(form, "uphold") not in ("yes", "no"):
        raise NotPossible("cases.appeal-answer-missing")
    uphold = _read_text(form, "uphold") == "yes"
    appeals.answer_appeal(
        open_home_of(request).ledger, officer, appeal_id, uphold, _read_text(form, "reason")
    )
    return _redirect_to_case(number, "answered", "#appeals")


@router.post("/alerts/{alert_id}/clear", may=HOLD_RELEASERS)
@refused_in_place("clear")
def clear_alert(request: Request, alert_id: Id, officer: SignedIn, form: Form) -> Response:
    number = request.state.case = _read_case_number(form)
    cases.clear_alert(open_home_of(request).ledger, officer, alert_id)
    return _redirect_to_case(number, "seen", "")


def _redirect_to_case(number: str, said_of: str, anchor: str, **more: str) -> Response:
    address = f"/cases/{number}?{urlencode({'said': said_of, **more})}{anchor}"
    return RedirectResponse(address if number else "/", 303)


def _find_error_code(problem: WarroomError) -> str:
    return problem.said.code if isinstance(problem.said, Sentence) else ""


def _read_text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()[:LONGEST]


def _read_case_number(form: FormData) -> str:
    """The number of the case the form came from, for the redirect; "" if it is malformed."""
    number = _read_text(form, "case")[:40]
    # Browser input that becomes part of a redirect's address.
    return number if number.replace("-", "").isalnum() and number.isascii() else ""


def _parse_ids(form: FormData, name: str) -> list[int]:
    # The single box of a folded row carries the ids of all its proposals.
    ids = [number_text for value in form.getlist(name) for number_text in str(value).split(".")]
    # A number of 19 digits or more may exceed bigint, which would be a database error instead of a refusal.
    if not all(_is_number(number_text) for number_text in ids):
        raise NotPossible("cases.no-hold-chosen")
    return [int(number_text) for number_text in ids]


def _list_ticked(form: FormData) -> list[int]:
    """The ticked proposals of a form that was refused; what is no number is none."""
    return [number for value in form.getlist("proposal") for number in _parse_numbers(str(value))]


def _parse_numbers(text: str) -> tuple[int, ...]:
    """Parse ids such as `12.13` from an address or form; anything else is skipped."""
    return tuple(int(one) for one in text.split(".")[:MOST_NUMBERS] if _is_number(one))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _parse_moment(request: Request, text: str) -> datetime | None:
    """Parse a form's local time; None if it is empty. Raises NotPossible if it cannot be read."""
    if not text:
        return None
    zoned = dates.parse_moment(text, say_for(request).zone)
    if zoned is None:
        raise NotPossible("cases.complaint-time-unfit")
    # A form has whole minutes: "now" may lie some seconds ahead, and the service refuses a complaint in the
    # future.
    return min(zoned, clock.get_now())
