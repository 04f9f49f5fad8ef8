"""Typesetting: a template and its data to PDF or PNG bytes."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from warroom import clock
from warroom.errors import PaperError

FAMILIES = ("IBM Plex Sans", "IBM Plex Sans Thai")
"""Fonts of the templates, Latin first; `make web` puts the files in fonts/. The looped
Thai sister is not used: its tone marks over vowels come out twice when the text of a PDF is copied or read aloud.
"""


def render(template: str, data: Mapping[str, Any], dated: datetime | str) -> bytes:
    """The PDF of a typst template; it finds `data` as JSON text in `sys.inputs.data`.

    `dated` is the moment the document states in its properties (ISO 8601 as text). Raises PaperError where the
    template does not fit the data, or the fonts are not built.
    """
    (made,) = _typeset(template, data, dated, "pdf")
    return made


def render_pictures(template: str, data: Mapping[str, Any], dated: datetime | str) -> list[bytes]:
    """The pages of the paper as PNG, for a preview; raises PaperError."""
    return _typeset(template, data, dated, "png")


def _typeset(
    template: str, data: Mapping[str, Any], dated: datetime | str, form: Literal["pdf", "png"]
) -> list[bytes]:
    import typst

    moment = clock.parse_instant(dated) if isinstance(dated, str) else dated
    # As data and not as text of the template: nothing that anybody wrote can become markup.
    inputs = {"data": json.dumps(data, ensure_ascii=False, default=str)}
    try:
        made: Any = typst.compile(
            template.encode(),
            font_paths=_load_fonts(),
            sys_inputs=inputs,
            format=form,
            # Given, since typst would write the present moment, and the same paper would not be the same
            # bytes twice.
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as problem:
        raise PaperError("papers.not-set", why=problem.message) from problem
    return made if isinstance(made, list) else [made]


@cache
def _load_fonts() -> Any:
    """The fonts that come along, and no others: the same paper on every machine. Without the Thai ones there is no
    paper, because nobody could read it.
    """
    import typst

    folder = Path(str(resources.files(__package__).joinpath("fonts")))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    if not set(FAMILIES) <= set(fonts.families()):
        raise PaperError("papers.fonts-missing")
    return fonts
