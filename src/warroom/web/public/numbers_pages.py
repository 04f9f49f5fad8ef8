"""Published figures: the weekly reports, and how often our decisions were wrong."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.web.public.pages import render_page

WIDTH, TOP, FLOOR, LEFT = 300, 20, 132, 34
"""Geometry of the drawing, in units of its view box."""


def show_numbers(request: Request) -> Response:
    """The answer first, then each drawing with its table."""
    found = request.app.state.door.find_published("numbers")
    body = found[0] if found else None
    return render_page(
        request, "numbers.html", body=body, drawing=draw_weeks(body["weeks"], body["band"]) if body else None
    )


def draw_weeks(weeks: list[dict[str, Any]], band: list[int] | None) -> dict[str, Any] | None:
    """The coordinates of lines, band and axis; the axis starts at 0 and hidden weeks are gaps. None for fewer than two visible weeks."""
    counts = [week["count"] for week in weeks]
    seen = [count for count in counts if count is not None]
    if len(seen) < 2:
        return None
    top: int = _round_axis_end(max([*seen, *(band or [])]))

    def compute_y(count: float) -> int:
        return round(FLOOR - (FLOOR - TOP) * count / top)

    step = WIDTH / (len(counts) - 1)
    lines: list[list[str]] = [[]]
    for place, count in enumerate(counts):
        if count is None:
            lines.append([])
        else:
            lines[-1].append(f"{round(LEFT + step * place)},{compute_y(count)}")
    return {
        "lines": [" ".join(line) for line in lines if line],
        "axis": [(value, compute_y(value)) for value in (0, top // 2, top)],
        "band": (compute_y(band[1]), compute_y(band[0]) - compute_y(band[1])) if band else None,
    }


def _round_axis_end(most: int) -> int:
    """The end of the axis: the next even number with one significant digit, so that its half is a whole number."""
    size: int = 10 ** (len(str(most)) - 1)
    return max(2, 2 * size * -(-most // (2 * size)))


def download_numbers(request: Request) -> Response:
    """The same figures as a file, one a line; a hidden count is empty and says so."""
    published = request.app.state.door.find_published("numbers")
    if not published:
        return Response("", 404)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(("figure", "of", "unit", "value", "note"))
    writer.writerows(_list_figures(published[0]))
    headers = {"content-disposition": 'attachment; filename="numbers.csv"'}
    return Response(file.getvalue(), media_type="text/csv", headers=headers)


def _list_figures(body: dict[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    for week in [*body.get("earlier", []), *body["weeks"]]:
        yield "reports", week["from"], "reports in the week from", *_format_count(week["count"])
    for kind, count in body["kinds"]:
        yield "kind", kind, "reports last week", *_format_count(count)
    for name, share in (body["money"] or {}).items():
        yield "money", name, "baht of 100 reported in 90 days", str(share), ""
    for name, value in (body["wrong"] or {}).items():
        unit = "hours until free" if name in ("half", "most") else "of 100 holds of 90 days"
        yield "wrong holds", name, unit, *_format_count(value)


def _format_count(count: int | None) -> tuple[str, str]:
    return ("", "not shown: fewer than 11, or hidden with another") if count is None else (str(count), "")


ROUTES = (Route("/numbers", show_numbers), Route("/numbers/numbers.csv", download_numbers))
