"""The law page: the dated rules, their sources, and who has confirmed them."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import clock
from warroom.law import decisions
from warroom.law.rules import repository as law
from warroom.web.doors.access_table import SIGNED_IN
from warroom.web.doors.router import Router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.law.by_pillar import group_by_pillar

router = Router(include_in_schema=False)


@router.get("/law", may=SIGNED_IN)
def show_rules(request: Request, officer: SignedIn) -> Response:
    groups = group_by_pillar(law.list_rules(open_home_of(request).ledger), clock.get_now())
    return render_page(request, "law.html", groups=groups, may_confirm=officer.has_role("lawyer"))


@router.post("/law/{rule_id}/confirm", may=("lawyer",))
def confirm_rule(request: Request, rule_id: Name, officer: SignedIn, form: Form) -> Response:
    decisions.confirm_law(open_home_of(request).ledger, officer, rule_id)
    return RedirectResponse("/law?said=confirmed", 303)
