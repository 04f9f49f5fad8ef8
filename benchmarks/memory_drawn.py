"""Draws what two runs of a demo took of memory over an hour, from the files that `benchmarks.memory --keep` wrote.

python -m benchmarks.memory_drawn before.csv now.csv docs/images/memory.svg
"""

import argparse
import csv
from pathlib import Path

LEFT, RIGHT, TOP, BOTTOM = 52, 610, 18, 260
MOST_MB, STEP_MB, BAR_MB = 900, 150, 600
MOST_MINUTES, STEP_MINUTES = 60, 10
COLOURS = {"before": "#8a8a8a", "now": "#0b6e4f"}
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 300" font-family="sans-serif" font-size="12" role="img"'
    ' aria-label="Memory of the demo over an hour, before and now">\n<rect width="760" height="300" fill="#fff"/>'
)


def x_at(minutes: float) -> float:
    return LEFT + (RIGHT - LEFT) * minutes / MOST_MINUTES


def y_at(megabytes: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * megabytes / MOST_MB


def read_points(path: Path) -> list[tuple[float, float]]:
    """Minutes and megabytes: the server's resident size and its PostgreSQL's share."""
    with path.open(newline="", encoding="ascii") as file:
        lines = [{name: float(value) for name, value in line.items()} for line in csv.DictReader(file)]
    points = [(line["minutes"], line["resident_mb"] + line["database_mb"]) for line in lines]
    return [point for point in points if point[0] <= MOST_MINUTES]


def draw_text(
    x: float, y: float, words: object, anchor: str = "start", colour: str = "#444", more: str = ""
) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}"{more}>{words}</text>'


def draw_axes() -> list[str]:
    lines = []
    for megabytes in range(0, MOST_MB + 1, STEP_MB):
        look = 'stroke="#c33" stroke-dasharray="4 3"' if megabytes == BAR_MB else 'stroke="#ddd"'
        lines.append(f'<path d="M{LEFT} {y_at(megabytes):.0f}H{RIGHT}" {look}/>')
        lines.append(draw_text(LEFT - 6, y_at(megabytes) + 4, megabytes, "end"))
    lines += [
        draw_text(x_at(at), BOTTOM + 16, at, "middle") for at in range(0, MOST_MINUTES + 1, STEP_MINUTES)
    ]
    lines.append(draw_text(x_at(MOST_MINUTES / 2), BOTTOM + 34, "minutes served at speed 10", "middle"))
    lines.append(draw_text(LEFT - 6, 9, "MB", "end"))
    lines.append(draw_text(RIGHT + 6, y_at(BAR_MB) - 6, f"bar: {BAR_MB} MB", colour="#c33"))
    return lines


def draw_line(name: str, points: list[tuple[float, float]]) -> list[str]:
    places = " ".join(f"{x_at(minutes):.1f},{y_at(megabytes):.1f}" for minutes, megabytes in points)
    colour, (_, last) = COLOURS[name], points[-1]
    return [
        f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>',
        draw_text(
            RIGHT + 6, y_at(last) + 4, f"{name}: {last:.0f} MB", colour=colour, more=' font-weight="bold"'
        ),
    ]


def main() -> None:
    """Write the picture."""
    options = argparse.ArgumentParser(description=__doc__)
    for name in (*COLOURS, "picture"):
        options.add_argument(name, type=Path)
    given = vars(options.parse_args())
    lines = [element for name in COLOURS for element in draw_line(name, read_points(given[name]))]
    given["picture"].write_text("\n".join([HEAD, *draw_axes(), *lines]) + "</svg>\n", encoding="utf-8")


if __name__ == "__main__":
    main()
