"""Pages to sign in and out, and the reader's preferences of language, theme and calendar."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from warroom.access import passkeys, provider, tickets
from warroom.access import sign_in as access_sign_in
from warroom.access.officers import list_officers
from warroom.access.views import Halfway, SignIn
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.officers import Officer
from warroom.web.doors.access_table import PUBLIC
from warroom.web.doors.router import Router
from warroom.web.kit import language, sessions
from warroom.web.kit.navigation import find_start
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import CALENDAR_COOKIE, CALENDARS, THEME_COOKIE, THEMES, render_page
from warroom.web.kit.parameters import Form, sanitize_target
from warroom.web.kit.sessions import build_origin

router = Router(include_in_schema=False)
# Seconds that the cookies of preferences last.
YEAR = 365 * 86400
VISIT_COOKIE = "warroom_visit"
# Characters of a WebAuthn answer; one with attestation has a few thousand.
LONGEST_ANSWER = 20_000
PREFERENCES = {
    "language": (language.COOKIE, ("th", "en")),
    "theme": (THEME_COOKIE, THEMES),
    "calendar": (CALENDAR_COOKIE, CALENDARS),
}


@router.get("/sign-in", may=PUBLIC)
def show_sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    known, people = provider.is_configured(), list_exercise_officers(request)
    return render_page(
        request,
        "sign_in.html",
        message="",
        next=sanitize_target(next),
        username="",
        provider=known,
        people=people,
    )


def list_exercise_officers(request: Request) -> list[Officer]:
    """The officers of an exercise, for its sign-in page: their accounts are invented. Empty in a live room."""
    home = open_home_of(request)
    return [one for one in list_officers(home.ledger) if one.active] if home.exercise is not None else []


@router.post("/sign-in", may=PUBLIC)
def sign_in(request: Request, form: Form) -> Response:
    username, target = str(form.get("username", ""))[:100], sanitize_target(str(form.get("next", "/")))
    ledger, password = open_home_of(request).ledger, str(form.get("password", ""))
    try:
        entry = access_sign_in.begin_sign_in(ledger, username.strip(), password, origin=build_origin(request))
    except NotAllowed as refusal:
        return render_refusal(request, refusal, target, username)
    return finish_sign_in(request, entry, target)


@router.post("/sign-in/code", may=PUBLIC)
def confirm_second_factor(request: Request, form: Form) -> Response:
    """The second step: a code of the officer's authenticator, or a recovery code."""
    ticket, target = str(form.get("ticket", ""))[:100], sanitize_target(str(form.get("next", "/")))
    code = str(form.get("code", ""))[:40]
    try:
        entry = access_sign_in.finish_sign_in(
            open_home_of(request).ledger, ticket, code, origin=build_origin(request)
        )
    except NotAllowed as refusal:
        # Only after a wrong code is the same ticket still valid; after any other error the sign-in starts
        # again.
        if refusal.code != "access.code-wrong-or-old":
            return render_refusal(request, refusal, target, "")
        message = refusal.render_in(language.choose_language(request))
        return render_page(request, "sign_in_code.html", 403, ticket=ticket, next=target, message=message)
    return finish_sign_in(request, entry, target)


@router.post("/sign-in/passkey/begin", may=PUBLIC)
def begin_passkey(request: Request, form: Form) -> Response:
    """The WebAuthn options for the page's script."""
    asked = passkeys.begin_sign_in(open_home_of(request).ledger, build_site_origin(request))
    return JSONResponse({"ticket": asked.ticket, "options": asked.options})


@router.post("/sign-in/passkey", may=PUBLIC)
def sign_in_by_passkey(request: Request, form: Form) -> Response:
    ticket, answer = str(form.get("ticket", ""))[:100], str(form.get("answer", ""))[:LONGEST_ANSWER]
    target = sanitize_target(str(form.get("next", "/")))
    try:
        entry = passkeys.sign_in(
            open_home_of(request).ledger,
            ticket,
            answer,
            build_site_origin(request),
            whence=build_origin(request),
        )
    except NotAllowed as refusal:
        return render_refusal(request, refusal, target, "")
    return finish_sign_in(request, entry, target)


@router.get("/sign-in/provider", may=PUBLIC)
def go_to_provider(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """Redirect to the agency's identity provider; the ticket is in a cookie until the browser comes back."""
    target = sanitize_target(next)
    try:
        visit = provider.begin_visit(open_home_of(request).ledger, _build_return_address(request))
    except (NotAllowed, NotPossible) as refusal:
        return render_refusal(request, refusal, target, "")
    response = RedirectResponse(visit.address, 303)
    _keep_visit(request, response, f"{visit.ticket} {target}")
    return response


@router.get("/sign-in/provider/back", may=PUBLIC)
def return_from_provider(request: Request, state: str = "", code: str = "") -> Response:
    """Finish the sign-in after the browser has come back from the identity provider."""
    ticket, _, target = request.cookies.get(VISIT_COOKIE, "").strip('"').partition(" ")
    ledger, target = open_home_of(request).ledger, sanitize_target(target)
    try:
        entry = provider.finish_visit(
            ledger,
            ticket,
            state[:200],
            code[:2000],
            _build_return_address(request),
            origin=build_origin(request),
        )
    except (NotAllowed, NotPossible) as refusal:
        return render_refusal(request, refusal, target, "")
    if isinstance(entry, Halfway):
        return finish_sign_in(request, entry, target)
    # On a redirect chain from another site the browser would not send the strict cookie: a page of ours
    # leads on.
    response = render_page(request, "sign_in_on.html", next=target)
    sessions.set_session_cookie(request, response, entry.token, entry.expires_at)
    return response


def finish_sign_in(request: Request, entry: SignIn | Halfway, target: str) -> Response:
    """Set the session cookie and redirect, or show the second step."""
    if isinstance(entry, Halfway):
        return render_page(request, "sign_in_code.html", ticket=entry.ticket, next=target, message="")
    # Not the board for everybody: an administrator sees no case.
    if target == "/":
        target = find_start(entry.officer).path
    response = RedirectResponse(target, 303)
    sessions.set_session_cookie(request, response, entry.token, entry.expires_at)
    return response


def render_refusal(
    request: Request, refusal: NotAllowed | NotPossible, target: str, username: str
) -> Response:
    """The sign-in page again, with the reason for the refusal."""
    message = refusal.render_in(language.choose_language(request))
    # The requested page is kept, so that it opens after a retry.
    back = f"/sign-in?{urlencode({'next': target})}"
    return render_page(
        request,
        "sign_in.html",
        refusal.http_status,
        message=message,
        next=target,
        username=username,
        back=back,
        provider=provider.is_configured(),
        people=list_exercise_officers(request),
    )


def build_site_origin(request: Request) -> str:
    """The origin that a passkey is bound to. Safe to take from the request: unknown hosts are refused earlier."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def _build_return_address(request: Request) -> str:
    return f"{build_site_origin(request)}/sign-in/provider/back"


def _keep_visit(request: Request, response: Response, value: str) -> None:
    """Set the cookie of the visit; SameSite=Lax, because the browser comes back from another site."""
    response.set_cookie(
        VISIT_COOKIE,
        value,
        max_age=int(tickets.LASTS.total_seconds()),
        path="/sign-in/provider",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


@router.post("/sign-out", may=PUBLIC)
def sign_out(request: Request, form: Form) -> Response:
    if request.state.session:
        access_sign_in.sign_out(open_home_of(request).ledger, request.state.session)
    response = RedirectResponse("/sign-in?said=out", 303)
    sessions.delete_session_cookie(request, response)
    return response


@router.post("/preferences", may=PUBLIC)
def save_preferences(request: Request, form: Form) -> Response:
    """Store language, theme and calendar in cookies for a year."""
    response = RedirectResponse(sanitize_target(str(form.get("back", "/"))), 303)
    for name, (cookie, known) in PREFERENCES.items():
        if (value := form.get(name)) in known:
            secure = request.url.scheme == "https"
            # Lax, unlike the session cookie: a link in an e-mail should open in the reader's language too.
            response.set_cookie(
                cookie, str(value), max_age=YEAR, path="/", secure=secure, httponly=True, samesite="lax"
            )
    return response
