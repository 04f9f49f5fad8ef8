"""Whether the room is well: for monitors, without personal data."""

import shutil
from ipaddress import ip_address

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from warroom import clock
from warroom.errors import NotAllowed
from warroom.web.kit.open_home import OpenHome, open_home_of

router = APIRouter(include_in_schema=False)
LEAST_FREE_BYTES = 512 * 1024 * 1024
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "via")


@router.get("/healthz")
def health(request: Request) -> Response:
    """200 where the ledger answers, the lake lies there and the disk has room; 503 otherwise."""
    # Pages ask as well, before a form leaves: one that is posted into a dead connection is lost with its
    # page.
    room = open_home_of(request)
    checks = {
        "ledger": _ledger(room),
        "lake": room.home.lake.is_dir(),
        "disk": _free(room) > LEAST_FREE_BYTES,
    }
    well = all(checks.values())
    return JSONResponse({"ok": well} | checks, 200 if well else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Counts over all cases, so for this machine's own monitor alone."""
    if not _from_here(request):
        raise NotAllowed("pages.metrics-from-elsewhere")
    room = open_home_of(request)
    return PlainTextResponse(
        request.app.state.metrics.text([*_counts(room), *_streams(request), *_machine(room)]),
        media_type="text/plain; version=0.0.4",
    )


def _from_here(request: Request) -> bool:
    """Whether the caller is on this machine, and not somebody for whom a proxy on it asks."""
    client = request.client.host if request.client else ""
    try:
        here = ip_address(client).is_loopback
    except ValueError:
        here = False
    return here and not any(name in request.headers for name in FORWARDED)


def _ledger(room: OpenHome) -> bool:
    from sqlalchemy import text

    from warroom.errors import LedgerError

    try:
        with room.ledger.session() as session:
            return session.execute(text("SELECT 1")).scalar() == 1
    except LedgerError:
        return False


def _counts(room: OpenHome) -> list[tuple[str, str, float]]:
    from warroom.ledger import deadlines
    from warroom.room.worklist import order_list

    counts = order_list.counts(room.ledger)
    with room.ledger.session() as session:
        overdue = deadlines.overdue(session, clock.now())
    return [
        ("warroom_cases_open", "Open cases.", counts.open),
        (
            "warroom_cases_undecided",
            "Open cases with a proposed hold nobody has decided on.",
            counts.undecided,
        ),
        ("warroom_cases_lapsing", "Cases with a hold about to lapse.", counts.lapsing),
        ("warroom_appeals_open", "Cases with an open appeal.", counts.appeals),
        ("warroom_cases_silent", "Cases in which a bank has not answered.", counts.silent),
        ("warroom_deadlines_overdue", "Deadlines that are past and have not struck.", overdue),
    ]


def _streams(request: Request) -> list[tuple[str, str, float]]:
    lags, now = request.app.state.streams.lags, clock.wall()
    rows = sum(lag.waiting for lag in lags if lag.unit == "rows")
    files = sum(lag.waiting for lag in lags if lag.unit == "files")
    oldest = max((lag.seconds(now) for lag in lags), default=0.0)
    return [
        ("warroom_stream_rows_waiting", "Rows that came by streams and are not in the lake yet.", rows),
        ("warroom_stream_files_waiting", "Files in the drop folder.", files),
        ("warroom_stream_oldest_seconds", "How long the oldest of them has waited.", oldest),
        ("warroom_streams_late", "Streams that wait too long.", sum(lag.late(now) for lag in lags)),
    ]


def _machine(room: OpenHome) -> list[tuple[str, str, float]]:
    import resource

    # Linux counts kilobytes here, other systems bytes.
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return [
        ("warroom_disk_free_bytes", "Free bytes under the data folder.", float(_free(room))),
        ("warroom_peak_memory_bytes", "Most memory this process has used.", kilobytes * 1024.0),
    ]


def _free(room: OpenHome) -> int:
    return shutil.disk_usage(room.home.root).free
