"""The drawing as an SVG file with its colours inside: for paper, where no stylesheet reaches."""

from xml.sax.saxutils import escape

from warroom.web.chart.labels import Label
from warroom.web.chart.picture import ChartLine, ChartPicture, Dot, Hull

INK, QUIET, LINE, HULL, PAPER = "#1c2126", "#4f5861", "#9aa2a8", "#7a3d78", "#ffffff"
FILL = {
    "money": "#0b5c63",
    "gone": "#b9bfc4",
    "shop": "#7a5f16",
    "victim": PAPER,
    "plain": PAPER,
    "tie": LINE,
}
FONT = 'font-family="IBM Plex Sans, IBM Plex Sans Thai"'
# Opacity of what is not selected: still visible, for orientation.
FAINT = 0.34


def format_svg(picture: ChartPicture, lit: frozenset[str] = frozenset(), banner: str = "") -> str:
    """The picture as SVG text. If any nodes are `lit`, the others are faded. `banner` is drawn at the bottom in an exercise."""
    left, top, width, height = picture.left, picture.top, picture.width, picture.height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">',
        f'<path d="M{left:.0f} {top:.0f}h{width:.0f}v{height:.0f}h-{width:.0f}z" fill="{PAPER}"/>',
    ]
    parts += [_format_text(x, top + 20, words, 11, QUIET, "middle") for x, words in picture.heads]
    parts += [_format_hull(hull) for hull in picture.hulls]
    parts += [_format_line(line, lit) for line in picture.lines]
    parts += [_format_dot(dot, lit) for dot in picture.dots]
    if banner:
        parts.append(_format_text(left + width / 2, top + height - 8, banner, 12, "#855600", "middle", "600"))
    return "".join([*parts, "</svg>"])


def _format_hull(one: Hull) -> str:
    line = f'<path d="{one.path}" fill="{HULL}" fill-opacity="0.06" stroke="{HULL}" stroke-width="1.2" stroke-linejoin="round"/>'
    return line + _format_label(one.label)


def _format_line(one: ChartLine, lit: frozenset[str]) -> str:
    on = not lit or (one.start in lit and one.end in lit)
    shade = 0.6 if on else 0.6 * FAINT
    line = f'<path d="{one.path}" fill="none" stroke="{FILL[one.tone]}" stroke-width="{one.width}" stroke-opacity="{shade:.2f}"/>'
    return line + (_format_label(one.label, "400") if lit and on and one.label else "")


def _format_dot(dot: Dot, lit: frozenset[str]) -> str:
    ring = (
        f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.radius + 4:.1f}" fill="none" stroke="{INK}" stroke-width="1.6"/>'
        if dot.ring
        else ""
    )
    words = _format_label(dot.label)
    shape = f'<path d="{dot.path}" fill="{FILL[dot.tone]}" stroke="{INK}" stroke-width="1.2"/>'
    shade = "" if not lit or dot.key in lit else f' opacity="{FAINT}"'
    return f"<g{shade}>{shape}{ring}{words}</g>"


def _format_label(label: Label, weight: str = "600") -> str:
    """The two lines of a label, smaller than on the screen; nothing where it found no place."""
    if not label.is_shown:
        return ""
    (x, y), place = label.text_point, label.chosen_side
    name = _format_text(x + place.x, y + place.name_y, label.name, 11, INK, place.anchor, weight)
    return name + (
        _format_text(x + place.x, y + place.sub_y, label.sub, 9, QUIET, place.anchor) if label.sub else ""
    )


def _format_text(
    x: float, y: float, words: str, size: int, colour: str, anchor: str, weight: str = "400"
) -> str:
    # The white outline keeps text readable where it crosses lines.
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" {FONT} font-weight="{weight}" fill="{colour}"'
        f' text-anchor="{anchor}" paint-order="stroke" stroke="#ffffff" stroke-width="2.5">{escape(words)}</text>'
    )
