"""Pages of signals: the accounts of the last run, one signal with its payments, and the officers' decisions on it."""

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
from warroom.incoming import queries as incoming_queries
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.officers import Officer
from warroom.money.trace.account import load_account_moves
from warroom.money.trail import BankAccount
from warroom.orders.views import TransferRef
from warroom.runtime.open_home import OpenHome
from warroom.sentences.sentence import render_sentence
from warroom.signals import store
from warroom.signals.kind import SignalKind
from warroom.signals.kinds import FIRST, SIGNAL_KINDS, find_kind
from warroom.signals.signal import Signal
from warroom.signals.techniques.tags import list_signal_techniques
from warroom.subjects.subject import ACCOUNT
from warroom.triage import decisions, follow, outcomes, queries
from warroom.triage.views import SignalView, SignalWord
from warroom.web.actions import pages as action_pages
from warroom.web.doors.router import Router
from warroom.web.kit.flow import (
    OF_REGISTERS,
    build_flow,
    choose_reason,
    choose_window,
    format_ranges,
    number_payments,
)
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.tables import Tables
from warroom.web.triage.words import build_signal_rows, describe_signal, prefill_proposal

router = Router(include_in_schema=False)
# Signals per page; chosen, not measured.
SIZE = 20
Begun = Literal["lead", "screening"]
LISTED = sorted(SIGNAL_KINDS, key=lambda kind: kind.own_pages)
"""Kinds of signals in the order of the list; those with pages elsewhere come last."""
LATELY = timedelta(days=7)
"""The period of the payments shown: a signal's facts are of the last seven days (`signals/facts`)."""
DRAWN = 2_000
"""Transfers, newest first, that the drawing of an account uses. Chosen, not measured."""
ACTIONS: dict[Begun, str] = {"lead": "lead", "screening": "screening-referral"}


@router.get("/signals", may=SIGNAL_READERS)
def show_signals(
    request: Request, officer: SignedIn, show: str = "waiting", offset: int = 0, kind: str = FIRST.name
) -> Response:
    room = open_home_of(request)
    offset, waiting = clamp_offset(offset), show != "all"
    declared = next(
        (signal_kind for signal_kind in LISTED if signal_kind.name == kind and not signal_kind.own_pages),
        FIRST,
    )
    last = room.load_signals(declared.name)
    signal_list = queries.list_signals(room.ledger, officer, last, waiting=waiting, limit=SIZE, offset=offset)
    rows = build_signal_rows(room, declared, signal_list.rows, say_for(request))
    return render_page(
        request,
        "signals.html",
        found=signal_list,
        lines=rows,
        until=rows[0].signal.as_of if rows and rows[0].passed else None,
        decided=any(row.outcomes and row.outcomes.has_enough for row in rows),
        enough=outcomes.ENOUGH,
        waiting=waiting,
        offset=offset,
        size=SIZE,
        kind=declared,
        kinds=LISTED,
        first=FIRST,
        told=Tables(say_for(request), "triage"),
        looked=queries.find_last_look(room.ledger, declared.name),
        hour=settings.get_text("WARROOM_SIGNALS_AT") if declared.day_step else "",
        address=make_list_address(
            "/signals",
            ({} if waiting else {"show": "all"}) | ({} if declared is FIRST else {"kind": declared.name}),
        ),
    )


@router.get("/signals/{record_id}", may=SIGNAL_READERS)
def show_signal(request: Request, record_id: Name, officer: SignedIn) -> Response:
    return render_signal(request, officer, record_id, "", 200)


def render_signal(request: Request, officer: Officer, record_id: str, problem: str, status: int) -> Response:
    """Render a signal's page, with an error after a refused form."""
    room, say = open_home_of(request), say_for(request)
    view = queries.load_signal(room.ledger, room.lake, officer, record_id)
    declared = find_kind(view.signal.kind)
    if declared.own_pages:
        return RedirectResponse(f"/{declared.name}/{record_id}", 303)
    if view.signal.subject.kind != ACCOUNT:
        return _render_text_signal(request, officer, declared, view, problem, status)
    account = BankAccount(view.signal.subject.bank, view.signal.subject.number)
    moved = load_account_moves(room.open_index_to(view.signal.as_of), account, view.signal.as_of, DRAWN)
    passed = moved.recent if moved else ()
    numbers = number_payments(view.signal, passed)
    asked = request.query_params
    reason = choose_reason(asked.get("reason", ""), view.signal, numbers)
    window = choose_window(asked.get("window", ""), passed, numbers)
    return render_page(
        request,
        "signal.html",
        status,
        one=view,
        line=describe_signal(view),
        flow=build_flow(passed, numbers, window, say, reason),
        reason=reason,
        address=make_list_address(
            f"/signals/{record_id}", {"window": window, "reason": reason.code if reason else ""}
        ),
        numbers=numbers,
        ranges=format_ranges,
        outcomes=outcomes.count_similar_outcomes(room.ledger, view.signal.probability),
        payments=_list_payments(room, view),
        techniques=list_signal_techniques(view.signal),
        may_handle=officer.has_role(*role_groups.SIGNAL_HANDLERS),
        may_begin={name: officer.has_role(*load_kind(kind).proposes) for name, kind in ACTIONS.items()},
        may_hold_incoming=officer.has_role(*role_groups.INCOMING_DECIDERS),
        incoming=incoming_queries.find_open_hold(room.ledger, account),
        trails=follow.list_trails(room.ledger, officer, str(view.signal.subject)),
        problem=render_sentence(problem, say.language) if problem else "",
    )


def _render_text_signal(
    request: Request, officer: Officer, kind: SignalKind, view: SignalView, problem: str, status: int
) -> Response:
    """Render a signal that is not about an account; it has no payments."""
    room, say, about = open_home_of(request), say_for(request), view.signal.subject
    begun = {name: action for name, action in ACTIONS.items() if about.kind in load_kind(action).subjects}
    return render_page(
        request,
        f"signals/{kind.name}.html",
        status,
        one=view,
        line=describe_signal(view),
        **kind.show(room.lake, view.signal),
        techniques=list_signal_techniques(view.signal),
        may_handle=officer.has_role(*role_groups.SIGNAL_HANDLERS),
        may_begin={name: officer.has_role(*load_kind(action).proposes) for name, action in begun.items()},
        problem=render_sentence(problem, say.language) if problem else "",
    )


def _list_payments(room: OpenHome, view: SignalView) -> list[TransferRef]:
    """The payments behind the reasons, newest first."""
    signal = view.signal
    shown = {name for reason in signal.reasons if reason.code not in OF_REGISTERS for name in reason.evidence}
    names = [name for name in signal.evidence if name in shown]
    seen = look_up_lately(room.lake, names, signal.as_of, LATELY)
    found = [ref for name in names for ref in seen.by_id.get(name, ())[:1]]
    return sorted(found, key=lambda ref: (ref.time is not None, ref.time), reverse=True)


@router.post("/signals/{record_id}/words", may=SIGNAL_HANDLERS)
def record_signal_word(request: Request, record_id: Name, officer: SignedIn, form: Form) -> Response:
    """Mark a signal as seen, or dismiss it with a reason."""
    room, key = open_home_of(request), read_text_field(form, "key")
    word: SignalWord = "set-aside" if read_text_field(form, "word") == "set-aside" else "looked"
    try:
        decisions.record_signal_word(
            room.ledger, room.lake, officer, record_id, word, read_text_field(form, "reason"), key
        )
    except NotPossible as problem:
        return render_signal(request, officer, record_id, problem.sentence, problem.http_status)
    return RedirectResponse(f"/signals/{record_id}?{urlencode({'said': word})}", 303)


@router.post("/signals/{record_id}/{begun}", may=SIGNAL_HANDLERS)
def begin_from_signal(
    request: Request, record_id: Name, begun: Begun, officer: SignedIn, form: Form
) -> Response:
    """Open the form of a lead or a referral to screening, prefilled from the signal."""
    room, kind = open_home_of(request), load_kind(ACTIONS[begun])
    decisions.record_signal_word(
        room.ledger, room.lake, officer, record_id, begun, "", read_text_field(form, "key")
    )
    signal = store.find_signal(room.lake, record_id)
    given = prefill_proposal(signal, kind.id, _find_holder(room, signal), say_for(request)) if signal else {}
    # A signal moves nothing by itself: what it fills in is a form that an officer reads and sends. It is answered at
    # once: led on to, the reasons and the holder's token would stand in an address.
    return action_pages.render_filled_form(request, officer, kind, given)


def _find_holder(room: OpenHome, signal: Signal) -> str:
    """The register's record of the account's holder; empty if there is none."""
    wanted: dict[str, Any] = {"bank": signal.subject.bank, "account": signal.subject.number}
    rows = room.lake.find_rows("accounts", wanted, limit=1).to_pylist()
    return str(rows[0]["holder_id"] or "") if rows else ""
