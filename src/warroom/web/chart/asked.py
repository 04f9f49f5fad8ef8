"""What an address asks of a chart: the span, the moment, what is opened; and the way back to an address."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from warroom.room.chart.views import ChartLook
from warroom.web.kit.api import FIRST, LAST
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import local
from warroom.web.kit.forms import moment as local_moment
from warroom.web.kit.pages import say_for

LONGEST_ID = 300
MOST = 25


def look_of(request: Request) -> ChartLook:
    """The look an address asks for; raises NotPossible for a time that cannot be read."""
    asked = request.query_params
    # The order is kept: each node must stand on the chart by the time it is opened.
    opened = tuple(dict.fromkeys(one[:LONGEST_ID] for one in asked.getlist("open") if one))[:MOST]
    return ChartLook(
        as_of=_moment(request, asked.get("as_of", "")),
        since=_moment(request, asked.get("since", "")),
        until=_moment(request, asked.get("until", "")),
        opened=opened,
    )


def _moment(request: Request, text: str) -> datetime | None:
    """A time as a form of this page writes it, or as its island does: seconds since 1970."""
    if not text.strip():
        return None
    if text.isascii() and text.isdigit() and len(text) < 12:
        found = datetime.fromtimestamp(int(text), say_for(request).zone)
        if FIRST <= found <= LAST:
            return found
    return local_moment(request, text.strip())


def query_of(look: ChartLook, say: Say) -> list[tuple[str, str]]:
    """A look as pairs of an address."""
    times = (("as_of", look.as_of), ("since", look.since), ("until", look.until))
    pairs = [(name, local(say, at)) for name, at in times if at is not None]
    return [*pairs, *(("open", node) for node in look.opened)]


def address_of(number: str, look: ChartLook, say: Say) -> Callable[..., str]:
    """Writes addresses of this chart as it is looked at, with something changed: `also` opens one more node, `to` is a
    place below the page, and other names are parts of the address.
    """
    pairs = query_of(look, say)

    def write(to: str = "", also: str = "", **changes: Any) -> str:
        asked = [*pairs, *([("open", also)] if also else [])]
        asked += [(name, str(value)) for name, value in changes.items() if value not in ("", 0, None)]
        return f"/cases/{number}/chart{to}" + (f"?{urlencode(asked)}" if asked else "")

    return write
