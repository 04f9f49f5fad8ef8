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
from warroom.law.kinds.declarations import kind_of
from warroom.law.rules import repository as law
from warroom.ledger.officers import Officer
from warroom.sentences.catalogue import list_words
from warroom.web.actions import shown
from warroom.web.actions.words import ActionWords
from warroom.web.assets.steps import DECIDE_CLAIM, OF_ASSET, form_of, order, take, trace_form
from warroom.web.assets.steps import known as known_particulars
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import NOTHING_TYPED, Typed, attempt, given, known, text
from warroom.web.kit.lists import ROWS, listing, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
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
"""Why a step of an asset is not offered; that money is not sold goes without saying."""
router = Router(include_in_schema=False)
HELD = ("frozen", "seized", "in-custody", "lapsed")
BEGUN = ("case", "title", "found_with")
"""What stays in the form when another class is chosen."""


@router.get("/assets", may=CASE_WORKERS)
def listed(
    request: Request, officer: SignedIn, kind: str = "", state: str = "", case: str = "", offset: int = 0
) -> Response:
    wanted = queries.Wanted(
        case=case.strip().upper()[:40],
        kind=next((one for one in get_args(AssetClass) if one == kind), None),
        state=next((one for one in get_args(AssetState) if one == state), None),
    )
    asked = {"kind": wanted.kind or "", "state": wanted.state or "", "case": wanted.case}
    ledger, offset = open_home_of(request).ledger, start_of(offset)
    rows, total = queries.list_assets(ledger, officer, wanted, limit=ROWS, offset=offset)
    return page(
        request,
        "assets.html",
        lines=[(row, clock_of(row, say_for(request))) for row in rows],
        asked=asked,
        **listing("/assets", total, offset, asked),
        may_trace=asset_steps.TRACE.fits(officer),
        **words(request),
    )


@router.get("/assets/new", may=ASSET_TRACERS)
def new(
    request: Request,
    officer: SignedIn,
    kind: str = "cash",
    case: str = "",
    title: str = "",
    found_with: str = "",
) -> Response:
    """A form for a new asset, begun where somebody came from a case or from what an operation found."""
    begun = {"case": case[:40], "title": title[:200], "found_with": found_with[:200]}
    return _new(request, officer, classes.class_of(kind), Typed("new", "", begun))


@router.post("/assets/new", may=ASSET_TRACERS)
def traced(request: Request, officer: SignedIn, form: Form) -> Response:
    kind, key = classes.class_of(text(form, "kind")), text(form, "key")

    def act() -> str:
        particulars = {one.name: text(form, f"p-{one.name}") for one in kind.particulars}
        said = {name: text(form, name)[:200] for name in ("case", "title", "found_with")}
        found = steps.trace_asset(
            open_home_of(request).ledger,
            officer,
            said["case"].upper(),
            kind.id,
            said["title"],
            particulars,
            key,
            found_with=said["found_with"],
        )
        return f"/assets/{found.id}?said=traced"

    return attempt(
        request, "new", form, act, lambda typed, status: _new(request, officer, kind, typed, status)
    )


def _new(request: Request, officer: Officer, kind: ClassView, typed: Typed, status: int = 200) -> Response:
    told = words(request)
    return page(
        request,
        "asset_new.html",
        status,
        kind=kind,
        step=trace_form(kind, told["told"]),
        typed=typed,
        start=known_particulars(kind, officer),
        may_trace=asset_steps.TRACE.fits(officer),
        begun={name: typed.values[name] for name in BEGUN if typed.values.get(name)},
        **told,
    )


@router.get("/assets/{asset_id}", may=CASE_WORKERS)
def one(request: Request, asset_id: Id, officer: SignedIn) -> Response:
    return _one(request, officer, asset_id)


def _one(
    request: Request, officer: Officer, asset_id: int, typed: Typed = NOTHING_TYPED, status: int = 200
) -> Response:
    found = queries.read_asset(open_home_of(request).ledger, officer, asset_id)
    told, kind = words(request), classes.class_of(found.kind)
    return page(
        request,
        "asset.html",
        status,
        one=found,
        kind=kind,
        names=names(request),
        clock=clock_of(found, say_for(request)),
        steps=[form_of(step.verb, kind.money) for step in asset_steps.of_asset(found, officer)],
        not_yet=_not_yet(request, officer, found),
        claim_step=DECIDE_CLAIM,
        may_decide=asset_steps.DECIDE_CLAIM.fits(officer, "open"),
        acts=acts_on(request, officer, found),
        typed=typed,
        options={
            "authorities": choices(request, *ORDERERS),
            "courts": choices(request, "court"),
            "decisions": told["told"].all("decision"),
        },
        **told,
    )


def _not_yet(request: Request, officer: Officer, asset: AssetView) -> list[tuple[str, str]]:
    """What cannot be done with an asset now, and why: it is said and not offered."""
    _ = say_for(request).catalog.gettext
    found = [
        (_(OF_ASSET[step.verb].title), _(NOT_YET[why]))
        for step, why in asset_steps.not_yet(asset, officer)
        if why in NOT_YET
    ]
    payers = [kind for kind in shown.proposable(officer) if kind.id == PAYOUT]
    if payers and asset.value is None:
        found.append(
            (payers[0].title.th if say_for(request).language == "th" else payers[0].title.en, _(UNVALUED))
        )
    return found


def acts_on(request: Request, officer: Officer, asset: AssetView) -> dict[str, Any]:
    """The actions that are about an asset, and those that the officer may propose on it."""
    rows, total = action_queries.listed(open_home_of(request).ledger, officer, asset=asset.number, limit=ROWS)
    fit = [kind for kind in shown.proposable(officer) if "asset" in kind.subjects]
    # Whoever pays victims pro rata to the satang must know what there is to pay.
    fit = [kind for kind in fit if kind.id != PAYOUT or asset.value is not None]
    say = say_for(request)
    lines = [(row, shown.line_clock(row, say)) for row in rows]
    return {"rows": lines, "total": total, "kinds": fit, "told": ActionWords(say)}


@router.post("/assets/{asset_id}/claims/{claim_id}/decide", may=CLAIM_DECIDERS)
def claim_decided(request: Request, asset_id: Id, claim_id: Id, officer: SignedIn, form: Form) -> Response:
    def act() -> str:
        said = given(request, DECIDE_CLAIM, form)
        if said["decision"] not in list_words("assets.decision"):
            raise NotPossible("assets.court-decision-missing")
        owners.decide_claim(
            open_home_of(request).ledger,
            officer,
            asset_id,
            claim_id,
            said["decision"],
            said["reason"],
            order(said),
            text(form, "key"),
        )
        return f"/assets/{asset_id}?said=decided"

    at = f"{claim_id}/decide"
    return attempt(
        request, at, form, act, lambda typed, status: _one(request, officer, asset_id, typed, status)
    )


@router.post("/assets/{asset_id}/{step}", may=CLAIM_FILERS)
def stepped(
    request: Request,
    asset_id: Id,
    step: Annotated[str, Path(pattern="^[a-z-]{1,16}$")],
    officer: SignedIn,
    form: Form,
) -> Response:
    known(OF_ASSET, step)

    def act() -> str:
        # Whether the page offered a part of the money is seen by the form itself; the asset need not be read
        # for that.
        said = given(request, form_of(step, "amount" in form), form)
        take(step, open_home_of(request).ledger, officer, asset_id, said, text(form, "key"))
        return f"/assets/{asset_id}?said={step}"

    return attempt(
        request, step, form, act, lambda typed, status: _one(request, officer, asset_id, typed, status)
    )


def clock_of(asset: AssetView, say: Say) -> Clock | None:
    """The law's clock of an asset that is held without a court's word; None where none runs."""
    due = next(
        (one for one in asset.deadlines if one.kind == FREEZE and one.state in ("running", "struck")), None
    )
    if due is None or asset.state not in HELD:
        return None
    _, kind = say.catalog.gettext, kind_of("asset-freeze")
    lasts = next((rule.period for rule in law.written_rules() if rule.id in kind.rules), timedelta(days=90))
    left, over = _("to court within {span}"), _("{span} over its time")
    return say.clock(due.due_at, due.due_at - lasts, kind.warn_before or lasts / 6, left, over)


def choices(request: Request, *kinds: str) -> list[tuple[str, str]]:
    """Active agencies of these kinds by code, with their names."""
    told = Tables(say_for(request), "assets")
    found = agencies.agencies(open_home_of(request).ledger, active=True)
    return [(one.code, f"{told.text(one.name)} ({one.code})") for one in found if one.kind in kinds]


def names(request: Request) -> dict[str, str]:
    """The names of courts, funds and whoever else gives orders, by code."""
    return dict(choices(request, *ORDERERS, "other"))


def words(request: Request) -> dict[str, Any]:
    """What every page about assets needs to say codes in words."""
    return {
        "told": Tables(say_for(request), "assets"),
        "classes": classes.classes(),
    }
