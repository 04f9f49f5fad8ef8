"""Signals: the accounts of the last run, one of them with the payments that show it, and what officers make of it."""

from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import settings
from warroom.access import role_groups
from warroom.access.role_groups import SIGNAL_HANDLERS, SIGNAL_READERS
from warroom.cases.transfers import look_up_lately
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import kind_of
from warroom.ledger.officers import Officer
from warroom.money.trace.account import moves
from warroom.money.trail import Account
from warroom.orders.views import TransferRef
from warroom.runtime.open_home import OpenHome
from warroom.sentences.sentence import told
from warroom.signals import store
from warroom.signals.kind import SignalKind
from warroom.signals.kinds import FIRST, KINDS, find_kind
from warroom.signals.signal import Signal
from warroom.signals.techniques.tags import of_signal
from warroom.subjects.subject import ACCOUNT
from warroom.triage import decisions, follow, outcomes, queries
from warroom.triage.views import SignalView, SignalWord
from warroom.web.actions import pages as action_pages
from warroom.web.doors.router import Router
from warroom.web.kit.flow import OF_REGISTERS, flow_of, numbers_of, ranges, window_of
from warroom.web.kit.forms import text
from warroom.web.kit.lists import address, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.tables import Tables
from warroom.web.triage.words import line_of, prefilled

router = Router(include_in_schema=False)
SIZE = 20
Begun = Literal["lead", "screening"]
LISTED = sorted(KINDS, key=lambda kind: kind.own_pages)
"""Kinds as the list names them, those last whose pages are elsewhere."""
LATELY = timedelta(days=7)
"""Where most payments that show a signal are found: its facts are of the last seven days (`signals/facts`)."""
DRAWN = 2_000
"""The newest transfers that a drawing of an account is made of."""
ACTIONS: dict[Begun, str] = {"lead": "lead", "screening": "screening-referral"}


@router.get("/signals", may=SIGNAL_READERS)
def listed(
    request: Request, officer: SignedIn, show: str = "waiting", offset: int = 0, kind: str = FIRST.name
) -> Response:
    room = open_home_of(request)
    offset, waiting = start_of(offset), show != "all"
    declared = next((one for one in LISTED if one.name == kind and not one.own_pages), FIRST)
    last = room.signals(declared.name)
    found = queries.listed(room.ledger, officer, last, waiting=waiting, limit=SIZE, offset=offset)
    return page(
        request,
        "signals.html",
        found=found,
        lines=[line_of(view) for view in found.rows],
        waiting=waiting,
        offset=offset,
        size=SIZE,
        kind=declared,
        kinds=LISTED,
        first=FIRST,
        told=Tables(say_for(request), "triage"),
        looked=queries.last_look(room.ledger, declared.name),
        hour=settings.text("WARROOM_SIGNALS_AT") if declared.day_step else "",
        address=address(
            "/signals",
            ({} if waiting else {"show": "all"}) | ({} if declared is FIRST else {"kind": declared.name}),
        ),
    )


@router.get("/signals/{record_id}", may=SIGNAL_READERS)
def one(request: Request, record_id: Name, officer: SignedIn) -> Response:
    return signal_page(request, officer, record_id, "", 200)


def signal_page(request: Request, officer: Officer, record_id: str, problem: str, status: int) -> Response:
    """A signal's page, with what went wrong where something did."""
    room, say = open_home_of(request), say_for(request)
    found = queries.one(room.ledger, room.lake, officer, record_id)
    declared = find_kind(found.signal.kind)
    if declared.own_pages:
        return RedirectResponse(f"/{declared.name}/{record_id}", 303)
    if found.signal.subject.kind != ACCOUNT:
        return _of_text(request, officer, declared, found, problem, status)
    account = Account(found.signal.subject.bank, found.signal.subject.number)
    moved = moves(room.index(), account, found.signal.as_of, DRAWN)
    passed = moved.recent if moved else ()
    numbers = numbers_of(found.signal, passed)
    asked = request.query_params.get("window", "")
    return page(
        request,
        "signal.html",
        status,
        one=found,
        line=line_of(found),
        flow=flow_of(passed, numbers, window_of(asked, passed, numbers), say),
        numbers=numbers,
        ranges=ranges,
        outcomes=outcomes.like(room.ledger, found.signal.probability),
        payments=_payments(room, found),
        techniques=of_signal(found.signal),
        may_handle=officer.may(*role_groups.SIGNAL_HANDLERS),
        may_begin={name: officer.may(*kind_of(kind).proposes) for name, kind in ACTIONS.items()},
        trails=follow.trails_of(room.ledger, officer, str(found.signal.subject)),
        problem=told(problem, say.language) if problem else "",
    )


def _of_text(
    request: Request, officer: Officer, kind: SignalKind, found: SignalView, problem: str, status: int
) -> Response:
    """A signal of no account, as its kind shows it: no payments."""
    room, say, about = open_home_of(request), say_for(request), found.signal.subject
    begun = {name: action for name, action in ACTIONS.items() if about.kind in kind_of(action).subjects}
    return page(
        request,
        f"signals/{kind.name}.html",
        status,
        one=found,
        line=line_of(found),
        **kind.show(room.lake, found.signal),
        techniques=of_signal(found.signal),
        may_handle=officer.may(*role_groups.SIGNAL_HANDLERS),
        may_begin={name: officer.may(*kind_of(action).proposes) for name, action in begun.items()},
        problem=told(problem, say.language) if problem else "",
    )


def _payments(room: OpenHome, view: SignalView) -> list[TransferRef]:
    """The payments that show the reasons, the newest first."""
    signal = view.signal
    shown = {name for reason in signal.reasons if reason.code not in OF_REGISTERS for name in reason.evidence}
    names = [name for name in signal.evidence if name in shown]
    seen = look_up_lately(room.lake, names, signal.as_of, LATELY)
    found = [ref for name in names for ref in seen.by_id.get(name, ())[:1]]
    return sorted(found, key=lambda ref: (ref.time is not None, ref.time), reverse=True)


@router.post("/signals/{record_id}/words", may=SIGNAL_HANDLERS)
def said(request: Request, record_id: Name, officer: SignedIn, form: Form) -> Response:
    """Looked at, or set aside with a reason."""
    room, key = open_home_of(request), text(form, "key")
    word: SignalWord = "set-aside" if text(form, "word") == "set-aside" else "looked"
    try:
        decisions.say(room.ledger, room.lake, officer, record_id, word, text(form, "reason"), key)
    except NotPossible as problem:
        return signal_page(request, officer, record_id, problem.sentence, problem.http_status)
    return RedirectResponse(f"/signals/{record_id}?{urlencode({'said': word})}", 303)


@router.post("/signals/{record_id}/{begun}", may=SIGNAL_HANDLERS)
def begun(request: Request, record_id: Name, begun: Begun, officer: SignedIn, form: Form) -> Response:
    """Begin a lead or a referral to screening: the form of that action, with what the signal says filled in."""
    room, kind = open_home_of(request), kind_of(ACTIONS[begun])
    decisions.say(room.ledger, room.lake, officer, record_id, begun, "", text(form, "key"))
    signal = store.one(room.lake, record_id)
    given = prefilled(signal, kind.id, _holder(room, signal), say_for(request)) if signal else {}
    # A signal moves nothing by itself: what it fills in is a form that an officer reads and sends. It is answered at
    # once: led on to, the reasons and the holder's token would stand in an address.
    return action_pages.filled(request, officer, kind, given)


def _holder(room: OpenHome, signal: Signal) -> str:
    """The record of who holds the account, empty where no register says."""
    wanted: dict[str, Any] = {"bank": signal.subject.bank, "account": signal.subject.number}
    rows = room.lake.find("accounts", wanted, limit=1).to_pylist()
    return str(rows[0]["holder_id"] or "") if rows else ""
