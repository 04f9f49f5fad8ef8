"""The plan builder: sliders, what a plan within them takes from a site, and an operation out of it in one step."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.agencies import list_agencies
from warroom.access.role_groups import OPERATION_PLANNERS
from warroom.actions.operations import drafts
from warroom.errors import PlanError
from warroom.ledger.officers import Officer
from warroom.plans.planning import make_plan
from warroom.plans.site_plan import AGENCIES, HARMS, SitePlanning
from warroom.room.map import site_page
from warroom.sentences.sentence import render_sentence
from warroom.sites.gazetteer import load_gazetteer
from warroom.sites.network import load_network
from warroom.web.doors.router import Router
from warroom.web.kit.forms import render_texts
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.plans.drafting import build_steps
from warroom.web.plans.values import SECONDS, PlanNames, build_sliders, show_plan
from warroom.web.sites.words import SiteWords

router = Router(include_in_schema=False)
MOST = 1e6
Amounts = dict[str, float]


@router.get("/plans/{site:path}", may=OPERATION_PLANNERS)
def show_builder(request: Request, site: str, officer: SignedIn) -> Response:
    """The page; a slider that moved asks for the plan alone (an htmx request)."""
    words, again = SiteWords(say_for(request)), bool(request.headers.get("hx-request"))
    planning = _read_planning(request, officer, site, request.query_params, again)
    values: dict[str, Any] = {
        "site": site,
        "planning": planning,
        "sliders": build_sliders(planning, words),
        "told": words,
        "shown": None,
        "problem": "",
    }
    try:
        values["shown"] = show_plan(planning, officer, words)
    except PlanError as problem:
        values["problem"] = render_sentence(problem.said, words.say.language)
    return render_page(request, "plan_now.html" if again else "plan.html", **values)


@router.post("/plans/{site:path}/operation", may=OPERATION_PLANNERS)
def make_operation(request: Request, site: str, officer: SignedIn, form: Form) -> Response:
    """Begin the draft of an operation from the plan within these budgets; its officer goes on with it."""
    room, say = open_home_of(request), say_for(request)
    words, lines = SiteWords(say), load_network(room.lake)
    given = {name: str(value) for name, value in form.items()}
    planning = _read_planning(request, officer, site, given, True)
    plan = make_plan(planning.instance, SECONDS)
    places = load_gazetteer(room.home.exercise)
    near = places.find_nearest_province(lines.get_place(lines.building_row[site]))
    _ = say.catalog.gettext
    texts = {
        "title": _("Plan for %(site)s") % {"site": site},
        "why": _("From the plan for %(site)s: %(share)s of its work over %(days)s days would be taken.")
        % {
            "site": site,
            "share": f"{1 - plan.value / max(plan.base, 1e-9):.0%}",
            "days": f"{planning.instance.horizon_days:g}",
        },
    }
    steps = build_steps(
        planning,
        plan.measures,
        lines,
        render_texts(near.name, say),
        officer,
        list_agencies(room.ledger, active=True),
        PlanNames(planning, officer, words),
        texts,
        say.now,
        say.zone,
    )
    draft = drafts.begin_draft(room.ledger, officer, steps.content)
    return RedirectResponse(f"/operations/plans/{draft}/where", 303)


def _read_planning(
    request: Request, officer: Officer, site: str, given: Mapping[str, str], again: bool
) -> SitePlanning:
    room = open_home_of(request)
    budgets, limits = _parse_amounts(given, "budget-", AGENCIES), _parse_amounts(given, "limit-", HARMS)
    return site_page.read_site_planning(room.ledger, room.lake, officer, site, budgets, limits, again=again)


def _parse_amounts(given: Mapping[str, str], prefix: str, names: tuple[str, ...]) -> Amounts:
    """The sliders' values; what is no number within reason keeps the usual one."""
    amounts: Amounts = {}
    for name in names:
        try:
            amount = float(given.get(prefix + name, ""))
        except ValueError:
            continue
        if 0 <= amount <= MOST:
            amounts[name] = amount
    return amounts
