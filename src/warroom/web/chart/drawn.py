"""The drawing as an SVG file with its colours inside: for paper, where no stylesheet reaches."""

from xml.sax.saxutils import escape

from warroom.web.chart.picture import Picture

INK, QUIET, LINE = "#1c2126", "#4f5861", "#9aa2a8"
FILL = {"money": "#0b5c63", "gone": "#b9bfc4", "shop": "#7a5f16", "victim": "#666f77", "plain": "#ffffff"}
FONT = 'font-family="IBM Plex Sans, IBM Plex Sans Thai"'


def svg_of(picture: Picture) -> str:
    """The picture as SVG text."""
    width, height = max(picture.width, 200), max(picture.height, 120)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
    ]
    for line in picture.lines:
        colour = FILL["money"] if line.money else LINE
        parts.append(
            f'<path d="{line.path}" fill="none" stroke="{colour}" stroke-width="{line.width}" stroke-opacity="0.55"/>'
        )
        parts.append(f'<path d="{line.head}" fill="{colour}"/>')
    parts += [_text(line.x, line.y, line.label, 9, QUIET, "middle") for line in picture.lines]
    for dot in picture.dots:
        parts.append(f'<path d="{dot.path}" fill="{FILL[dot.tone]}" stroke="{INK}" stroke-width="1.2"/>')
        if dot.ring:
            parts.append(
                f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.radius + 4:.1f}" fill="none" stroke="{INK}" stroke-width="1.6"/>'
            )
        parts.append(_text(dot.x, dot.y + dot.radius + 13, dot.name, 11, INK, "middle", "600"))
        parts.append(_text(dot.x, dot.y + dot.radius + 25, dot.sub, 9, QUIET, "middle"))
    return "".join([*parts, "</svg>"])


def _text(x: float, y: float, words: str, size: int, colour: str, anchor: str, weight: str = "400") -> str:
    # The white rim keeps words readable where they lie on lines.
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" {FONT} font-weight="{weight}" fill="{colour}"'
        f' text-anchor="{anchor}" paint-order="stroke" stroke="#ffffff" stroke-width="2.5">{escape(words)}</text>'
    )
