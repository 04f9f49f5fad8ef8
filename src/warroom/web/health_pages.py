"""Health and metrics of the room for monitors, without personal data."""

from collections import Counter
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from warroom import clock, unwell
from warroom.errors import NotAllowed
from warroom.runtime.open_home import OpenHome
from warroom.sentences.catalogue import list_codes
from warroom.sentences.sentence import Sentence
from warroom.web.connections import TimedHttpProtocol
from warroom.web.doors.access_table import PUBLIC
from warroom.web.doors.router import Router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.sessions import FORWARDED

router = Router(include_in_schema=False)


@router.get("/healthz", may=PUBLIC)
def check_health(request: Request) -> Response:
    """503 where the ledger does not answer, the lake is not there or the disk is full. `ok` is true where nothing is unwell
    either: `unwell` has the codes of what is (docs/reference/errors.md), and names no partner and no file. A room that
    is unwell and serves answers 200: to take it out of service would only make it worse.
    """
    # Pages use it too, before they send a form: one that is posted over a dead connection would be lost.
    room = open_home_of(request)
    # Checked here, since a thread that has died cannot report itself.
    if request.app.state.background.has_stalled():
        unwell.note_trouble(room.home, Sentence("health.turns-stand"))
    checks = {
        "ledger": _is_ledger_up(room),
        "lake": room.home.lake.is_dir(),
        "disk": unwell.count_free_bytes(room.home) > unwell.LEAST_FREE_BYTES,
    }
    serves, trouble_codes = (
        all(checks.values()),
        sorted({trouble.code for trouble in unwell.list_troubles(room.home)}),
    )
    return JSONResponse(
        {"ok": serves and not trouble_codes} | checks | {"unwell": trouble_codes}, 200 if serves else 503
    )


@router.get("/metrics", may=PUBLIC)
def show_metrics(request: Request) -> Response:
    """Metrics in Prometheus' text format; counts over all cases, so only for a monitor on this machine."""
    if not _is_local_caller(request):
        raise NotAllowed("pages.metrics-from-elsewhere")
    room = open_home_of(request)
    return PlainTextResponse(
        request.app.state.metrics.render_text(
            [*_measure_cases(room), *_measure_streams(request), *_measure_machine(room)],
            _count_troubles(room),
        ),
        media_type="text/plain; version=0.0.4",
    )


def _is_local_caller(request: Request) -> bool:
    """Whether the caller is on this machine, and not a remote client behind a proxy on it."""
    client = request.client.host if request.client else ""
    try:
        here = ip_address(client).is_loopback
    except ValueError:
        here = False
    return here and not any(name in request.headers for name in FORWARDED)


def _is_ledger_up(room: OpenHome) -> bool:
    from sqlalchemy import text

    from warroom.errors import LedgerError

    try:
        with room.ledger.open_session() as session:
            return session.execute(text("SELECT 1")).scalar() == 1
    except LedgerError:
        return False


def _measure_cases(room: OpenHome) -> list[tuple[str, str, float]]:
    from warroom.ledger import deadlines
    from warroom.room.worklist import order_list

    counts = order_list.count_board_cases(room.ledger)
    with room.ledger.open_session() as session:
        overdue = deadlines.count_overdue(session, clock.get_now())
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


def _measure_streams(request: Request) -> list[tuple[str, str, float]]:
    lags, now = request.app.state.streams.lags, clock.get_real_now()
    rows = sum(lag.waiting for lag in lags if lag.unit == "rows")
    files = sum(lag.waiting for lag in lags if lag.unit == "files")
    oldest = max((lag.waited_seconds(now) for lag in lags), default=0.0)
    return [
        ("warroom_stream_rows_waiting", "Rows that came by streams and are not in the lake yet.", rows),
        ("warroom_stream_files_waiting", "Files in the drop folder.", files),
        ("warroom_stream_oldest_seconds", "How long the oldest of them has waited.", oldest),
        ("warroom_streams_late", "Streams that wait too long.", sum(lag.is_late(now) for lag in lags)),
    ]


def _count_troubles(room: OpenHome) -> dict[str, int]:
    """How many things are unwell, by every code that there is."""
    found = Counter(one.code for one in unwell.list_troubles(room.home))
    return {code: found[code] for code in list_codes() if code.startswith("health.")}


def _measure_machine(room: OpenHome) -> list[tuple[str, str, float]]:
    import resource

    # Linux gives ru_maxrss in kibibytes, other systems in bytes.
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return [
        (
            "warroom_disk_free_bytes",
            "Free bytes under the data folder.",
            float(unwell.count_free_bytes(room.home)),
        ),
        (
            "warroom_connections_dropped",
            "Connections that this process has ended because they said too little or too much.",
            float(TimedHttpProtocol.dropped_count),
        ),
        ("warroom_peak_memory_bytes", "Most memory this process has used.", kilobytes * 1024.0),
    ]
