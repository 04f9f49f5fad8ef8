"""The gate before every endpoint: who is asking, and whether the table opens it to them."""

from starlette.requests import Request

from warroom.access import sign_in, wall_devices
from warroom.access.views import WallDevice
from warroom.errors import NotAllowed
from warroom.ledger.officers import Officer
from warroom.web.doors.access_table import ANYONE, DEVICE, build_access_table, find_scope
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.sessions import SignInNeeded, read_bearer_token, read_token


def check_access(request: Request) -> None:
    """Lets in whom the table names, and leaves the officer, or the partner whose key it is, on the request. Raises
    SignInNeeded or NotAllowed, HTTPException 405 as `Methods.check` does, and for keys what `KeyRing.admit` raises.

    Pages go by the session cookie, the interface under /api/ by a bearer token alone: no other site can make a
    browser act there.
    """
    request.app.state.methods.check_path(request.scope["route"].path, request.url.path)
    # Without a line it opens to nobody. The start refuses such an endpoint already; this holds if that is
    # ever left out.
    who = build_access_table().get(f"{request.method} {request.scope['route'].path}", frozenset())
    if not who.isdisjoint(ANYONE):
        return
    if scope := find_scope(who):
        request.state.partner = open_home_of(request).keyring.admit_partner(read_bearer_token(request), scope)
        return
    if DEVICE in who and (device := _find_device(request)):
        request.state.device = device
        return
    officer = request.state.officer = _require_officer(request, "enrolling" in who)
    # The services ask for roles again; two walls, so that one which is forgotten opens nothing.
    if who.isdisjoint(("signed-in", "enrolling")) and not officer.has_role(*who):
        raise NotAllowed("pages.not-open-to-roles")


def _find_device(request: Request) -> WallDevice | None:
    """The screen on the wall that asks; an officer at the same browser is an officer."""
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
        # This officer is signed in, and led to the page of second factors rather than to the sign-in.
        raise
    except NotAllowed:
        raise SignInNeeded("access.session-ended-nothing-done") from None
