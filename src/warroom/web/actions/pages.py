"""Actions of every kind but the hold: the list, proposing one, and the page where it is decided."""

import re
from collections.abc import Callable, Mapping
from typing import Literal, get_args
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access import role_groups
from warroom.access.role_groups import ACTION_APPROVERS, ACTION_PROPOSERS, ACTION_TEAMS, CASE_READERS
from warroom.actions import queries
from warroom.actions.decisions import approvals, course, documents, proposals
from warroom.actions.decisions.proposals import Draft
from warroom.actions.legal_basis import in_force
from warroom.actions.views import ACTION_STATES, ActionSort, ActionView
from warroom.bilingual.texts import Texts
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.law.kinds.declarations import PILLARS, Kind, kind_of, kinds, prerequisite_of
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.waiting.views import Wanted
from warroom.room.worklist import queries as worklist
from warroom.sentences.catalogue import list_words
from warroom.sites import dependents
from warroom.sites.views import Hanging
from warroom.web.actions import defaults, shown
from warroom.web.actions.meant import subjects_of
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit import picks
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import (
    LONGEST_LIST,
    NOTHING_TYPED,
    Field,
    Typed,
    attempt,
    declared,
    read,
    text,
    typed,
)
from warroom.web.kit.lists import ROWS, listing, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id, row_id
from warroom.web.kit.tables import Tables
from warroom.web.kit.words.mark import N_

CASE_FIELD = Field(
    "case", N_("Case it serves"), "pick", required=False, options="case", optional=N_("if any"), most=40
)
router = Router(include_in_schema=False)
CASE = re.compile(r"[A-Za-z0-9._-]{1,40}")
Service = Callable[..., object]
Verb = Literal["decline", "carry-out", "finish", "withdraw", "lift"]
STEPS: dict[Verb, Service] = {
    "decline": approvals.decline,
    "carry-out": course.carry_out,
    "finish": course.finish,
    "withdraw": course.withdraw,
    "lift": course.lift,
}


@router.get("/actions", may=CASE_READERS)
def listed(
    request: Request,
    officer: SignedIn,
    sort: str = "",
    pillar: str = "",
    state: str = "",
    kind: str = "",
    case: str = "",
    offset: int = 0,
) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    start = start_of(offset)
    chosen = {
        "sort": sort if sort in list_words("actions.sort") else "all",
        "pillar": pillar if pillar in PILLARS else "",
        "state": state if state in ACTION_STATES else "",
        "kind": kind if kind in kinds() else "",
        "case": case.strip().upper() if CASE.fullmatch(case.strip()) else "",
    }
    wanted: ActionSort | None = next((one for one in get_args(ActionSort) if one == chosen["sort"]), None)
    rows, total = queries.listed(
        ledger,
        officer,
        sort=wanted,
        pillar=chosen["pillar"],
        state=chosen["state"],
        kind=chosen["kind"],
        case=chosen["case"],
        limit=ROWS,
        offset=start,
    )
    return page(
        request,
        "actions.html",
        rows=[(row, shown.line_clock(row, say)) for row in rows],
        chosen=chosen,
        counts=queries.counted(ledger, officer),
        may_propose=bool(shown.proposable(officer)),
        kinds=[one for one in kinds().values() if one.engine == "measure"],
        told=ActionWords(say),
        beside=_beside(ledger, officer, say),
        **listing("/actions", total, start, chosen, usual=("all",)),
    )


def _beside(ledger: Ledger, officer: Officer, say: Say) -> list[tuple[str, str, int]]:
    """What is under way and no action, by kind with its word: the board's pillars count it, this page does not."""
    found = worklist.work(ledger, officer, Wanted("", what=""), limit=1).whats
    whats = Tables(say, "worklist").all("what")
    return [(what, word, found[what]) for what, word in whats if what != "action" and found.get(what)]


@router.get("/actions/new", may=ACTION_PROPOSERS)
def new(request: Request, officer: SignedIn, kind: str = "", case: str = "") -> Response:
    wanted = next((one for one in shown.proposable(officer) if one.id == kind), None)
    if wanted is None:
        return _choice(request, officer, case.strip()[:40])
    return _form(
        request,
        officer,
        wanted,
        Typed(wanted.id, values=_given(request, wanted) | {"case": case.strip()[:40]}),
        200,
    )


def _given(request: Request, kind: Kind) -> dict[str, str]:
    """What another page filled in already, as its link says; nothing is proposed before somebody sends the form."""
    # Whom it goes to is chosen by whoever sends it, and never by a link.
    known = _known_names(kind) - {"case", "partner"}
    return {name: text[:LONGEST_LIST] for name, text in request.query_params.items() if name in known}


def _known_names(kind: Kind) -> set[str]:
    """The fields of the form of such an action."""
    subjects = {"subjects", "subjects_note", "subjects_kind"}
    return {"case", "reason", "partner", *subjects, *(f"d-{one.name}" for one in kind.inputs)}


def _choice(request: Request, officer: Officer, case: str) -> Response:
    """Which action? Those that the officer's roles may propose, by pillar."""
    say, mine = say_for(request), shown.proposable(officer)
    pillars = [(name, [one for one in mine if one.pillar == name]) for name in PILLARS]
    return page(
        request,
        "action_choose.html",
        pillars=[(name, found) for name, found in pillars if found],
        law_of=lambda kind: law_line(kind, request),
        case=case,
        told=ActionWords(say),
    )


def law_line(kind: Kind, request: Request) -> Texts | None:
    """The citation of the law that would carry such an action now; None where none is in force."""
    try:
        return in_force(kind, say_for(request).now).citation
    except NotPossible:
        return None


def _model(request: Request, officer: Officer) -> str:
    """The version of the model whose signals officers read now; empty where there are none, or not for this officer."""
    last = open_home_of(request).signals() if officer.may(*role_groups.SIGNAL_READERS) else ()
    return last[0].model_version if last else ""


def _form(request: Request, officer: Officer, kind: Kind, before: Typed, status: int) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    return page(
        request,
        "action_new.html",
        status,
        kind=kind,
        rows=picks.rows(before.values, "subjects"),
        inputs=declared(kind.inputs, say, "d-"),
        case_field=CASE_FIELD,
        start=defaults.known(kind.inputs, officer, say, _model(request, officer)),
        partners=shown.partners_of(kind, ledger),
        citation=law_line(kind, request),
        typed=before,
        told=ActionWords(say),
    )


@router.post("/actions/begin", may=ACTION_PROPOSERS)
def begun(request: Request, officer: SignedIn, form: Form) -> Response:
    """The form of an action about what another page shows: posted, so that it stands in no address."""
    given = typed(form)
    wanted = next((one for one in shown.proposable(officer) if one.id == given.get("kind")), None)
    return (
        filled(request, officer, wanted, given)
        if wanted
        else _choice(request, officer, given.get("case", "")[:40])
    )


def filled(request: Request, officer: Officer, kind: Kind, given: Mapping[str, str]) -> Response:
    """The form of an action with what is known already; nothing is proposed before somebody sends it."""
    known = _known_names(kind)
    values = {name: said[:LONGEST_LIST] for name, said in given.items() if name in known}
    return _form(request, officer, kind, Typed(kind.id, values=values), 200)


@router.post("/actions/new", may=ACTION_PROPOSERS)
def proposed(request: Request, officer: SignedIn, form: Form) -> Response:
    given = typed(form)
    kind = kind_of(given.get("kind", ""))

    def act() -> str:
        draft, key = draft_of(request, officer, kind, given), text(form, "key")
        return _to(proposals.propose(open_home_of(request).ledger, officer, draft, key=key).id, "proposed")

    return attempt(
        request,
        kind.id,
        form,
        act,
        lambda typed, _: _form(request, officer, kind, typed, 409),
        (NotPossible, NotFound),
    )


def draft_of(request: Request, officer: Officer, kind: Kind, given: dict[str, str]) -> Draft:
    """What a form proposes; raises NotPossible where a subject may mean several."""
    subjects = subjects_of(request, officer, kind, given, "subjects")
    details = read(kind.inputs, given, "d-", say_for(request).zone)
    # Numbers of cases are typed in small letters too.
    case = given.get("case", "").strip().upper() or None
    return Draft(kind.id, subjects, details, given.get("reason", ""), given.get("partner", "").strip(), case)


@router.get("/actions/{measure_id}", may=CASE_READERS)
def one(request: Request, measure_id: Id, officer: SignedIn) -> Response:
    return _page(request, measure_id, officer, NOTHING_TYPED, 200)


def _page(request: Request, measure_id: int, officer: Officer, before: Typed, status: int) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    found = queries.one(ledger, officer, row_id(measure_id))
    return page(
        request,
        "action.html",
        status,
        **shown.values(found, officer, ledger, say, before, _known(request, found)),
    )


def _known(request: Request, found: ActionView) -> Hanging | None:
    """Who hangs on the lines of a proposal whose collateral statement is still missing, as the records say."""
    if found.state != "proposed" or shown.COLLATERAL not in found.missing:
        return None
    return dependents.hanging_on(open_home_of(request).lake, [one.id for one in found.subjects])


@router.post("/actions/{measure_id}/documents", may=ACTION_TEAMS)
def attached(request: Request, measure_id: Id, officer: SignedIn, form: Form) -> Response:
    name = text(form, "prerequisite")
    content = read(prerequisite_of(name).inputs, typed(form), "d-", say_for(request).zone)

    def attach(ledger: Ledger, officer: Officer, number: int, said: str, *, key: str) -> None:
        documents.attach_document(ledger, officer, number, name, content, key=key)

    return _decided(request, measure_id, officer, form, attach, "attached", at=name, anchor=f"#paper-{name}")


@router.post("/actions/{measure_id}/approve", may=ACTION_APPROVERS)
def approved(request: Request, measure_id: Id, officer: SignedIn, form: Form) -> Response:
    return _decided(request, measure_id, officer, form, approvals.approve, "approved", "digest")


@router.post("/actions/{measure_id}/{verb}", may=ACTION_TEAMS)
def stepped(request: Request, measure_id: Id, verb: Verb, officer: SignedIn, form: Form) -> Response:
    """Any other step, each with what was done or why."""
    return _decided(request, measure_id, officer, form, STEPS[verb], verb)


def _decided(
    request: Request,
    measure_id: int,
    officer: Officer,
    form: FormData,
    service: Service,
    said: str,
    field: str = "reason",
    at: str = "",
    anchor: str = "",
) -> Response:
    """A decision taken, or the page again as it stands now with the sentence that says why not."""

    def act() -> str:
        key = text(form, "key")
        service(open_home_of(request).ledger, officer, row_id(measure_id), text(form, field), key=key)
        return _to(measure_id, said, anchor)

    def show(before: Typed, status: int) -> Response:
        return _page(request, measure_id, officer, before, status)

    return attempt(request, at or said, form, act, show, (NotPossible, NotAllowed))


def _to(measure_id: int, said: str, anchor: str = "") -> str:
    return f"/actions/{row_id(measure_id)}?{urlencode({'said': said})}{anchor}"
