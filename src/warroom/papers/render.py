"""Turns a template and its data into PDF bytes."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from warroom import clock
from warroom.errors import PaperError


def render(template: str, data: Mapping[str, Any], dated: datetime | str) -> bytes:
    """The PDF of a typst template; it finds `data` as JSON text in `sys.inputs.data`.

    `dated` is the moment the document states in its properties (ISO 8601 as text). Raises PaperError where the
    template does not fit the data.
    """
    import typst

    moment = clock.parse_instant(dated) if isinstance(dated, str) else dated
    inputs = {"data": json.dumps(data, ensure_ascii=False, default=str)}
    try:
        made = typst.compile(
            template.encode(),
            font_paths=_fonts(),
            sys_inputs=inputs,
            format="pdf",
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as problem:
        raise PaperError(
            f"The paper could not be set ({problem.message}); report it, its template is wrong."
        ) from problem
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> Any:
    """The fonts that come along, and no others: the same paper on every machine."""
    import typst

    folder = Path(str(resources.files(__package__).joinpath("fonts")))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
