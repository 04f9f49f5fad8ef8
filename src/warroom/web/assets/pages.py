"""Assets: the register, one asset with its book and its next step, and a new one made from its class's particulars."""

from datetime import timedelta
from typing import Annotated, Any, get_args

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from warroom.access import agencies
from warroom.access.role_groups import ASSET_TRACERS, CASE_WORKERS, CLAIM_DECIDERS, CLAIM_FILERS
from warroom.actions import queries as action_queries
from warroom.assets import classes, queries
from warroom.assets import steps as asset_steps
from warroom.assets.decisions import owners, steps
from warroom.assets.rows import FREEZE, ORDERERS
from warroom.assets.views import AssetClass, AssetState, AssetView, ClassView
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import load_kind
from warroom.law.rules import repository as law
from warroom.ledger.officers import Officer
from warroom.sentences.catalogue import list_words
from warroom.web.actions import shown
from warroom.web.actions.words import ActionWords
from warroom.web.assets.steps import (
    DECIDE_CLAIM,
    OF_ASSET,
    build_step_form,
    build_trace_form,
    parse_order,
    run_asset_step,
)
from warroom.web.assets.steps import prefill_asset as known_particulars
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    TypedForm,
    parse_step_form,
    read_text_field,
    require_step,
    run_form_action,
)
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.tables import Tables
from warroom.web.kit.words.mark import N_

PAYOUT = "victim-payout"
UNVALUED = N_("Not yet: record what it is worth first.")
NOT_YET = {
    "unvalued": UNVALUED,
    "claimed": N_("Not yet: a court decides on the owner's claim first."),
    "forfeited": N_("No longer: it belongs to the victims, unless a court upholds an owner's claim."),
}
"""Reasons shown for steps that are not offered; a reason without an entry (money is not sold) is not shown."""
router = Router(include_in_schema=False)
HELD = ("frozen", "seized", "in-custody", "lapsed")
BEGUN = ("case", "title", "found_with")
"""Fields that are kept when another class is chosen."""


@router.get("/assets", may=CASE_WORKERS)
def show_assets(
    request: Request, officer: SignedIn, kind: str = "", state: str = "", case: str = "", offset: int = 0
) -> Response:
    wanted = queries.AssetFilter(
        case=case.strip().upper()[:40],
        kind=next((known_kind for known_kind in get_args(AssetClass) if known_kind == kind), None),
        state=next((known_state for known_state in get_args(AssetState) if known_state == state), None),
    )
    asked = {"kind": wanted.kind or "", "state": wanted.state or "", "case": wanted.case}
    ledger, offset = open_home_of(request).ledger, clamp_offset(offset)
    rows, total = queries.list_assets(ledger, officer, wanted, limit=ROWS, offset=offset)
    return render_page(
        request,
        "assets.html",
        lines=[(row, build_asset_clock(row, say_for(request))) for row in rows],
        asked=asked,
        **build_listing("/assets", total, offset, asked),
        may_trace=asset_steps.TRACE.may_be_taken_by(officer),
        **build_asset_words(request),
    )


@router.get("/assets/new", may=ASSET_TRACERS)
def show_new_asset(
    request: Request,
    officer: SignedIn,
    kind: str = "cash",
    case: str = "",
    title: str = "",
    found_with: str = "",
) -> Response:
    """A form for a new asset, begun where somebody came from a case or from what an operation found."""
    begun = {"case": case[:40], "title": title[:200], "found_with": found_with[:200]}
    return _render_new_asset(request, officer, classes.class_of(kind), TypedForm("new", "", begun))


@router.post("/assets/new", may=ASSET_TRACERS)
def trace_asset(request: Request, officer: SignedIn, form: Form) -> Response:
    kind, key = classes.class_of(read_text_field(form, "kind")), read_text_field(form, "key")

    def carry_out() -> str:
        particulars = {
            particular.name: read_text_field(form, f"p-{particular.name}") for particular in kind.particulars
        }
        answers = {name: read_text_field(form, name)[:200] for name in ("case", "title", "found_with")}
        asset = steps.trace_asset(
            open_home_of(request).ledger,
            officer,
            answers["case"].upper(),
            kind.id,
            answers["title"],
            particulars,
            key,
            found_with=answers["found_with"],
        )
        return f"/assets/{asset.id}?said=traced"

    return run_form_action(
        request,
        "new",
        form,
        carry_out,
        lambda typed, status: _render_new_asset(request, officer, kind, typed, status),
    )


def _render_new_asset(
    request: Request, officer: Officer, kind: ClassView, typed: TypedForm, status: int = 200
) -> Response:
    page_words = build_asset_words(request)
    return render_page(
        request,
        "asset_new.html",
        status,
        kind=kind,
        step=build_trace_form(kind, page_words["told"]),
        typed=typed,
        start=known_particulars(kind, officer),
        may_trace=asset_steps.TRACE.may_be_taken_by(officer),
        begun={name: typed.values[name] for name in BEGUN if typed.values.get(name)},
        **page_words,
    )


@router.get("/assets/{asset_id}", may=CASE_WORKERS)
def show_asset(request: Request, asset_id: Id, officer: SignedIn) -> Response:
    return _render_asset(request, officer, asset_id)


def _render_asset(
    request: Request, officer: Officer, asset_id: int, typed: TypedForm = NOTHING_TYPED, status: int = 200
) -> Response:
    asset = queries.read_asset(open_home_of(request).ledger, officer, asset_id)
    page_words, kind = build_asset_words(request), classes.class_of(asset.kind)
    return render_page(
        request,
        "asset.html",
        status,
        one=asset,
        kind=kind,
        names=list_orderer_names(request),
        clock=build_asset_clock(asset, say_for(request)),
        steps=[
            build_step_form(step.verb, kind.money) for step in asset_steps.list_asset_steps(asset, officer)
        ],
        not_yet=_list_barred_steps(request, officer, asset),
        claim_step=DECIDE_CLAIM,
        may_decide=asset_steps.DECIDE_CLAIM.may_be_taken_by(officer, "open"),
        acts=list_asset_actions(request, officer, asset),
        typed=typed,
        options={
            "authorities": list_agency_choices(request, *ORDERERS),
            "courts": list_agency_choices(request, "court"),
            "decisions": page_words["told"].list_coded_words("decision"),
        },
        **page_words,
    )


def _list_barred_steps(request: Request, officer: Officer, asset: AssetView) -> list[tuple[str, str]]:
    """What cannot be done with an asset now, and why: it is said and not offered."""
    _ = say_for(request).catalog.gettext
    blocked_steps = [
        (_(OF_ASSET[step.verb].title), _(NOT_YET[why]))
        for step, why in asset_steps.list_blocked_steps(asset, officer)
        if why in NOT_YET
    ]
    payers = [kind for kind in shown.list_proposable_kinds(officer) if kind.id == PAYOUT]
    if payers and asset.value is None:
        blocked_steps.append(
            (payers[0].title.th if say_for(request).language == "th" else payers[0].title.en, _(UNVALUED))
        )
    return blocked_steps


def list_asset_actions(request: Request, officer: Officer, asset: AssetView) -> dict[str, Any]:
    """The actions that are about an asset, and those that the officer may propose on it."""
    rows, total = action_queries.list_actions(
        open_home_of(request).ledger, officer, asset=asset.number, limit=ROWS
    )
    fit = [kind for kind in shown.list_proposable_kinds(officer) if "asset" in kind.subjects]
    # A pay-out is divided to the satang, so the asset's value must be known.
    fit = [kind for kind in fit if kind.id != PAYOUT or asset.value is not None]
    say = say_for(request)
    lines = [(row, shown.build_line_clock(row, say)) for row in rows]
    return {"rows": lines, "total": total, "kinds": fit, "told": ActionWords(say)}


@router.post("/assets/{asset_id}/claims/{claim_id}/decide", may=CLAIM_DECIDERS)
def decide_claim(request: Request, asset_id: Id, claim_id: Id, officer: SignedIn, form: Form) -> Response:
    def carry_out() -> str:
        answers = parse_step_form(request, DECIDE_CLAIM, form)
        if answers["decision"] not in list_words("assets.decision"):
            raise NotPossible("assets.court-decision-missing")
        owners.decide_claim(
            open_home_of(request).ledger,
            officer,
            asset_id,
            claim_id,
            answers["decision"],
            answers["reason"],
            parse_order(answers),
            read_text_field(form, "key"),
        )
        return f"/assets/{asset_id}?said=decided"

    at = f"{claim_id}/decide"
    return run_form_action(
        request,
        at,
        form,
        carry_out,
        lambda typed, status: _render_asset(request, officer, asset_id, typed, status),
    )


@router.post("/assets/{asset_id}/{step}", may=CLAIM_FILERS)
def take_asset_step(
    request: Request,
    asset_id: Id,
    step: Annotated[str, Path(pattern="^[a-z-]{1,16}$")],
    officer: SignedIn,
    form: Form,
) -> Response:
    require_step(OF_ASSET, step)

    def carry_out() -> str:
        # The form itself shows whether the page offered a partial amount: the asset need not be read again.
        said = parse_step_form(request, build_step_form(step, "amount" in form), form)
        run_asset_step(
            step, open_home_of(request).ledger, officer, asset_id, said, read_text_field(form, "key")
        )
        return f"/assets/{asset_id}?said={step}"

    return run_form_action(
        request,
        step,
        form,
        carry_out,
        lambda typed, status: _render_asset(request, officer, asset_id, typed, status),
    )


def build_asset_clock(asset: AssetView, say: Say) -> Clock | None:
    """The statutory deadline of an asset that is held without a court order; None where none runs."""
    due = next(
        (
            deadline
            for deadline in asset.deadlines
            if deadline.kind == FREEZE and deadline.state in ("running", "struck")
        ),
        None,
    )
    if due is None or asset.state not in HELD:
        return None
    _, kind = say.catalog.gettext, load_kind("asset-freeze")
    lasts = next((rule.period for rule in law.written_rules() if rule.id in kind.rules), timedelta(days=90))
    left, over = _("to court within {span}"), _("{span} over its time")
    return say.clock(due.due_at, due.due_at - lasts, kind.warn_before or lasts / 6, left, over)


def list_agency_choices(request: Request, *kinds: str) -> list[tuple[str, str]]:
    """Active agencies of these kinds by code, with their names."""
    told = Tables(say_for(request), "assets")
    found = agencies.list_agencies(open_home_of(request).ledger, active=True)
    return [(one.code, f"{told.text(one.name)} ({one.code})") for one in found if one.kind in kinds]


def list_orderer_names(request: Request) -> dict[str, str]:
    """The names of courts, funds and others who give orders, by code."""
    return dict(list_agency_choices(request, *ORDERERS, "other"))


def build_asset_words(request: Request) -> dict[str, Any]:
    """What every page about assets needs to say codes in words."""
    return {
        "told": Tables(say_for(request), "assets"),
        "classes": classes.load_classes(),
    }
