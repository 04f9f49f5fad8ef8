"""The stream of server-sent events about changes."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from warroom.access.role_groups import CASE_READERS
from warroom.web.doors.router import Router
from warroom.web.kit.live import Live
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)


@router.get("/events", may=CASE_READERS)
async def stream_changes(request: Request, officer: SignedIn) -> Response:
    """Server-sent events: `ready`, `changed` with numbers by kind, `alive`. No event says which thing changed."""
    live: Live = request.app.state.live
    # Without it nginx in front of the room buffers events until its buffer is full.
    headers = {"x-accel-buffering": "no"}
    return StreamingResponse(live.stream_events(officer.id), media_type="text/event-stream", headers=headers)
