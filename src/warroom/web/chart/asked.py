"""Parses a chart's query (time span, moment, opened nodes, drawing) and formats it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from warroom.errors import NotPossible
from warroom.networks.front import STEP
from warroom.partners.leaving import WayOut
from warroom.partners.views import PURPOSES, TLP_MARKS
from warroom.room.chart.views import ChartLook
from warroom.web.kit.api import FIRST, LAST
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import format_field_time
from warroom.web.kit.forms import parse_local_time as local_moment
from warroom.web.kit.pages import say_for

# Characters of a node's key; the API has the same limit.
LONGEST_ID = 300
# Values of one query parameter: each is looked up. Chosen, not measured.
MOST = 25
# Nodes of one drawing: a browser draws a thousand without delay, and nobody reads more. Chosen, not
# measured.
MOST_SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class DrawingChoice:
    """How a chart's drawing is asked for: `each` node by itself however many there are, bundles `unfolded`, as often as they
    are named, and what is `chosen`, a node or `group:N`.
    """

    each: bool = False
    unfolded: tuple[str, ...] = ()
    chosen: str = ""


def parse_look(request: Request) -> ChartLook:
    """Parse the look of a chart; raises NotPossible for a malformed time."""
    asked = request.query_params
    return ChartLook(
        as_of=_parse_moment(request, asked.get("as_of", "")),
        since=_parse_moment(request, asked.get("since", "")),
        until=_parse_moment(request, asked.get("until", "")),
        opened=_read_names(request, "open"),
        most=max(STEP, min(_parse_number(asked.get("shown", "")), MOST_SHOWN)),
        grown=_read_names(request, "grow"),
        things=asked.get("things") == "1",
    )


def parse_drawing_choice(request: Request) -> DrawingChoice:
    """Parse the choices for the drawing."""
    asked = request.query_params
    unfolded = tuple(name[:LONGEST_ID] for name in asked.getlist("unfold") if name)[:MOST]
    return DrawingChoice(asked.get("each") == "1", unfolded, asked.get("chosen", "")[:LONGEST_ID])


def parse_way_out(request: Request) -> WayOut:
    """Parse for whom a chart leaves; raises NotPossible for an unknown mark or purpose."""
    asked = request.query_params
    mark, purpose = asked.get("mark", "amber"), asked.get("purpose", "fraud")
    if mark not in TLP_MARKS or purpose not in PURPOSES:
        raise NotPossible("partners.no-such-mark", marks=", ".join(TLP_MARKS))
    return WayOut(mark, asked.get("partner", "")[:16], purpose)


def _read_names(request: Request, name: str) -> tuple[str, ...]:
    # The order matters: a node can be opened only after the one that brought it onto the chart.
    found = dict.fromkeys(one[:LONGEST_ID] for one in request.query_params.getlist(name) if one)
    return tuple(found)[:MOST]


def _parse_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _parse_moment(request: Request, text: str) -> datetime | None:
    """Parse a time: the form's local format, or the script's Unix seconds."""
    if not text.strip():
        return None
    if text.isascii() and text.isdigit() and len(text) < 12:
        moment = datetime.fromtimestamp(int(text), say_for(request).zone)
        if FIRST <= moment <= LAST:
            return moment
    return local_moment(request, text.strip())


def format_query(look: ChartLook, drawn: DrawingChoice, say: Say) -> list[tuple[str, str]]:
    """A look as pairs of a query."""
    times = (("as_of", look.as_of), ("since", look.since), ("until", look.until))
    pairs = [(name, format_field_time(say, at)) for name, at in times if at is not None]
    pairs += [("open", node) for node in look.opened] + [("grow", node) for node in look.grown]
    if (look.most or STEP) > STEP:
        pairs.append(("shown", str(look.most)))
    pairs += [("things", "1")] * look.things + [("each", "1")] * drawn.each
    pairs += [("unfold", bundle) for bundle in drawn.unfolded]
    return pairs + ([("chosen", drawn.chosen)] if drawn.chosen else [])


def make_chart_address(
    number: str, look: ChartLook, drawn: DrawingChoice, say: Say, other: str = ""
) -> Callable[..., str]:
    """Writes addresses of this chart as it is looked at, with something changed: `also`, `grow` and `unfold` add one more,
    `to` is a place below the page, `other` the case whose chart is joined with it, and other names replace those parts of the address, where empty they leave them out.
    """
    pairs, base = (
        format_query(look, drawn, say),
        f"/cases/{number}/chart" + (f"/with/{other}" if other else ""),
    )

    def write(to: str = "", also: str = "", grow: str = "", unfold: str = "", **changes: Any) -> str:
        asked = [pair for pair in pairs if pair[0] not in changes]
        added = (("open", also), ("grow", grow), ("unfold", unfold), *changes.items())
        asked += [(name, str(value)) for name, value in added if value not in ("", 0, None)]
        return f"{base}{to}" + (f"?{urlencode(asked)}" if asked else "")

    return write
