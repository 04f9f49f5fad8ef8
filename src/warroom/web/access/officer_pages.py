"""The administrators' page of officers: adding and deactivating, roles and second factors."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import agencies as agency_book
from warroom.access import factors, officers, provider, role_groups
from warroom.access import roles as role_book
from warroom.errors import NotAllowed, NotFound, NotPossible, WarroomError
from warroom.ledger.officers import ROLES, Officer
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

router = Router(include_in_schema=False)
FIELDS = ("username", "name", "agency", "subject")


@router.get("/officers", may=("admin",))
def show_officers(request: Request, admin: SignedIn) -> Response:
    return _render_officers(request, admin, {}, None)


@router.post("/officers", may=("admin",))
def add_officer(request: Request, admin: SignedIn, form: Form) -> Response:
    given = {name: str(form.get(name, "")).strip()[:300] for name in FIELDS}
    roles = [str(role) for role in form.getlist("role")]
    # Not stripped: a space at the end may be part of the password.
    password = str(form.get("password", ""))
    try:
        _, waits = role_book.add_officer_with_roles(
            open_home_of(request).ledger,
            given["username"],
            given["name"],
            password,
            roles,
            given["agency"],
            by=admin,
            subject=given["subject"],
        )
    except NotPossible as problem:
        return _render_officers(request, admin, given | {"roles": roles}, problem)
    return RedirectResponse(f"/officers?said={'asked' if waits else 'added'}", 303)


@router.post("/officers/{username}/roles", may=("admin",))
def change_roles(request: Request, username: Name, admin: SignedIn, form: Form) -> Response:
    """Change an officer's roles; new roles with power over others wait for another administrator."""
    roles = [str(role) for role in form.getlist("role")]
    try:
        _, waits = role_book.change_roles(open_home_of(request).ledger, username, roles, by=admin)
    except (NotAllowed, NotPossible) as problem:
        return _render_officers(request, admin, {}, problem)
    return RedirectResponse(f"/officers?said={'asked' if waits else 'changed'}", 303)


@router.post("/officers/{username}/subject", may=("admin",))
def bind_sign_in_account(request: Request, username: Name, admin: SignedIn, form: Form) -> Response:
    """Bind an officer to an account of the agency's identity provider."""
    try:
        role_book.bind_provider_account(
            open_home_of(request).ledger, username, str(form.get("subject", ""))[:300], by=admin
        )
    except (NotAllowed, NotPossible) as problem:
        return _render_officers(request, admin, {}, problem)
    return RedirectResponse("/officers?said=bound", 303)


@router.post("/officers/{username}/reset", may=("admin",))
def reset_factors(request: Request, username: Name, admin: SignedIn, form: Form) -> Response:
    try:
        factors.reset_second_factors(open_home_of(request).ledger, username, by=admin)
    except (NotAllowed, NotPossible) as problem:
        return _render_officers(request, admin, {}, problem)
    return RedirectResponse("/officers?said=reset", 303)


@router.post("/role-changes/{change_id}", may=("admin",))
def decide_role_change(request: Request, change_id: Id, admin: SignedIn, form: Form) -> Response:
    """The second administrator's decision on a change of roles."""
    agreed = str(form.get("agreed", "")) == "yes"
    try:
        role_book.decide_role_change(open_home_of(request).ledger, change_id, agreed, by=admin)
    except (NotAllowed, NotFound, NotPossible) as problem:
        return _render_officers(request, admin, {}, problem)
    return RedirectResponse(f"/officers?said={'changed' if agreed else 'refused'}", 303)


@router.post("/officers/{username}/end", may=("admin",))
def end_access(request: Request, username: Name, admin: SignedIn, form: Form) -> Response:
    officers.deactivate_officer(open_home_of(request).ledger, username, by=admin)
    return RedirectResponse("/officers?said=ended", 303)


def _render_officers(
    request: Request, admin: Officer, given: dict[str, object], problem: WarroomError | None
) -> Response:
    ledger = open_home_of(request).ledger
    return render_page(
        request,
        "officers.html",
        problem.http_status if problem else 200,
        officers=officers.list_officers(ledger),
        agencies=[agency.code for agency in agency_book.list_agencies(ledger)],
        strange=agency_book.unknown_of_officers(ledger),
        changes=role_book.list_waiting_changes(ledger, admin),
        roles=ROLES,
        two=role_groups.GRANTED_BY_TWO,
        provider=provider.is_configured(),
        given=given,
        message=problem.render_in(language.choose_language(request)) if problem else "",
    )
