"""One's own account: password, second factors, and where one is signed in."""

from typing import Any

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from warroom.access import factors, passkeys
from warroom.access import sessions as access_sessions
from warroom.access.views import AuthenticatorView
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.officers import Officer
from warroom.web.access.sign_in_pages import LONGEST_ANSWER, build_site_origin
from warroom.web.doors.access_table import ENROLLING, SIGNED_IN
from warroom.web.doors.router import Router
from warroom.web.kit import language, sessions
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn, build_origin, read_token
from warroom.web.kit.shapes import Id

router = Router(prefix="/account", include_in_schema=False)


@router.get("", may=ENROLLING)
def show_account(request: Request, officer: SignedIn) -> Response:
    return _render_account(request, officer)


@router.post("/password", may=SIGNED_IN)
def change_password(request: Request, officer: SignedIn, form: Form) -> Response:
    old, new = str(form.get("old", "")), str(form.get("new", ""))
    try:
        if new != str(form.get("again", "")):
            raise NotPossible("access.passwords-differ")
        access_sessions.change_password(
            open_home_of(request).ledger,
            officer,
            old,
            new,
            token=read_token(request),
            origin=build_origin(request),
        )
    except (NotAllowed, NotPossible) as problem:
        return _render_account(request, officer, problem=problem)
    return RedirectResponse("/account?said=password", 303)


@router.post("/codes", may=ENROLLING)
def begin_codes(request: Request, officer: SignedIn, form: Form) -> Response:
    """A new secret for an authenticator, as a QR code and as text."""
    try:
        made = factors.begin_authenticator(open_home_of(request).ledger, officer)
    except NotPossible as problem:
        return _render_account(request, officer, problem=problem)
    # Shown in this response: in an address or a cookie the secret would remain in the browser.
    return _render_account(request, officer, made=made)


@router.post("/codes/confirm", may=ENROLLING)
def confirm_codes(request: Request, officer: SignedIn, form: Form) -> Response:
    """Confirm the authenticator; the recovery codes are on the page that answers, and never again."""
    code = str(form.get("code", ""))[:40]
    try:
        spare = factors.confirm_authenticator(
            open_home_of(request).ledger, officer, code, read_token(request)
        )
    except NotPossible as problem:
        return _render_account(request, officer, problem=problem)
    # No redirect here: the codes are stored only as hashes, so this one response must contain them.
    return _render_account(request, officer, spare=spare)


@router.post("/codes/remove", may=SIGNED_IN)
def remove_codes(request: Request, officer: SignedIn, form: Form) -> Response:
    try:
        factors.remove_authenticator(open_home_of(request).ledger, officer, str(form.get("code", ""))[:40])
    except NotPossible as problem:
        return _render_account(request, officer, problem=problem)
    return RedirectResponse("/account?said=codes-removed", 303)


@router.post("/passkeys/begin", may=ENROLLING)
def begin_passkey(request: Request, officer: SignedIn, form: Form) -> Response:
    """The WebAuthn options for the page's script."""
    try:
        asked = passkeys.begin_adding(
            open_home_of(request).ledger,
            officer,
            build_site_origin(request),
            _read_proof(form),
            whence=build_origin(request),
        )
    except (NotAllowed, NotPossible) as problem:
        sentence = problem.render_in(language.choose_language(request))
        return JSONResponse({"error": sentence}, problem.http_status)
    return JSONResponse({"ticket": asked.ticket, "options": asked.options})


@router.post("/passkeys", may=ENROLLING)
def add_passkey(request: Request, officer: SignedIn, form: Form) -> Response:
    given = {name: str(form.get(name, ""))[:LONGEST_ANSWER] for name in ("ticket", "answer", "name")}
    try:
        passkeys.add_passkey(
            open_home_of(request).ledger,
            officer,
            given["ticket"],
            given["answer"],
            given["name"],
            build_site_origin(request),
            read_token(request),
        )
    except (NotAllowed, NotPossible) as problem:
        return _render_account(request, officer, problem=problem)
    return RedirectResponse("/account?said=passkey", 303)


@router.post("/passkeys/{passkey_id}/remove", may=SIGNED_IN)
def remove_passkey(request: Request, passkey_id: Id, officer: SignedIn, form: Form) -> Response:
    try:
        passkeys.remove_passkey(
            open_home_of(request).ledger, officer, passkey_id, _read_proof(form), whence=build_origin(request)
        )
    except (NotAllowed, NotPossible) as problem:
        return _render_account(request, officer, problem=problem)
    return RedirectResponse("/account?said=passkey-removed", 303)


@router.post("/sign-ins/{sitting_id}/end", may=SIGNED_IN)
def end_sign_in(request: Request, sitting_id: Id, officer: SignedIn, form: Form) -> Response:
    access_sessions.end_own_sign_in(open_home_of(request).ledger, officer, sitting_id)
    return RedirectResponse("/account?said=ended", 303)


@router.post("/sign-ins/end", may=SIGNED_IN)
def end_all(request: Request, officer: SignedIn, form: Form) -> Response:
    """Sign out everywhere, here too."""
    access_sessions.end_all(open_home_of(request).ledger, officer)
    response = RedirectResponse("/sign-in?said=out", 303)
    sessions.delete_session_cookie(request, response)
    return response


def _read_proof(form: Form) -> str:
    """The typed password or code of the second factor, at most 300 characters."""
    return str(form.get("proof", ""))[:300]


def _render_account(
    request: Request,
    officer: Officer,
    *,
    made: AuthenticatorView | None = None,
    spare: tuple[str, ...] = (),
    problem: NotAllowed | NotPossible | None = None,
) -> Response:
    ledger = open_home_of(request).ledger
    sentence = problem.render_in(language.choose_language(request)) if problem else ""
    return render_page(
        request,
        "account.html",
        problem.http_status if problem else 200,
        factors=factors.load_factors(ledger, officer),
        sittings=access_sessions.list_own_sign_ins(ledger, officer, read_token(request)),
        made=made,
        square=draw_qr_code(made.address) if made else "",
        spare=spare,
        message=sentence,
    )


def draw_qr_code(address: str) -> Markup:
    """A QR code as SVG without inline styles, which the content security policy forbids."""
    # A quiet zone of 4 modules and a light background, as ISO/IEC 18004 requires, also in the dark theme.
    options: dict[str, Any] = {"scale": 5, "border": 4, "dark": "#000", "light": "#fff", "omitsize": False}
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        svgclass="square", lineclass=None, **options
    )
    return Markup(drawn)  # noqa: S704 - segno draws it, from an address that we made
