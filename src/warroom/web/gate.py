"""The gate before every endpoint: authenticates the caller, and checks the table of access."""

from starlette.requests import Request

from warroom.access import sign_in, wall_devices
from warroom.access.views import WallDevice
from warroom.errors import NotAllowed
from warroom.ledger.officers import Officer
from warroom.web.doors.access_table import ANYONE, DEVICE, build_access_table, find_scope
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.sessions import SignInNeeded, read_key, read_token


def check_access(request: Request) -> None:
    """Admit callers that the table of access names, and set the officer, partner or device on the request. Raises
    SignInNeeded or NotAllowed, HTTPException 405 as `Methods.check_path` does, and for keys what `KeyRing.admit_partner`
    raises. Pages use the session cookie, the interface under /api/ a bearer token alone: another site cannot make a
    browser act there.
    """
    request.app.state.methods.check_path(request.scope["route"].path, request.url.path)
    # An endpoint without a line is closed. The start refuses such an endpoint already; this is a second
    # safeguard.
    who = build_access_table().get(f"{request.method} {request.scope['route'].path}", frozenset())
    if not who.isdisjoint(ANYONE):
        return
    if scope := find_scope(who):
        request.state.partner = open_home_of(request).keyring.admit_partner(read_key(request), scope)
        return
    if DEVICE in who and (device := _find_device(request)):
        request.state.device = device
        return
    officer = request.state.officer = _require_officer(request, "enrolling" in who)
    # The services check roles again: with two checks, forgetting one opens nothing.
    if who.isdisjoint(("signed-in", "enrolling")) and not officer.has_role(*who):
        raise NotAllowed("pages.not-open-to-roles")


def _find_device(request: Request) -> WallDevice | None:
    """The wall screen that asks; None for a browser in which an officer is signed in too."""
    token = str(request.state.wall)
    if not token or read_token(request):
        return None
    return wall_devices.device_of(open_home_of(request).ledger, token)


def _require_officer(request: Request, enrolling: bool) -> Officer:
    token = read_token(request)
    if not token:
        raise SignInNeeded("access.session-ended-nothing-done")
    try:
        return sign_in.officer_of(open_home_of(request).ledger, token, enrolling=enrolling)
    except sign_in.EnrolFirst:
        # Signed in already: led to the page of second factors and not to the sign-in.
        raise
    except NotAllowed:
        raise SignInNeeded("access.session-ended-nothing-done") from None
