"""Lists in parts: where a part begins, the addresses of the others, and what their template needs."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

# Rows on a page of a list. Chosen, not measured.
ROWS = 50
# The largest offset: the ledger must skip so many rows.
FARTHEST = 1_000_000


def clamp_offset(offset: int) -> int:
    """The first row of a part as an address asks for it, no further than a list may reach."""
    return min(max(offset, 0), FARTHEST)


def make_list_address(path: str, asked: Mapping[str, Any], usual: tuple[str, ...] = ()) -> Callable[..., str]:
    """Writes the address of a list with the same questions and some changed; nothing where an answer is empty or
    a `usual` one.
    """

    def write(**changes: Any) -> str:
        query = {name: value for name, value in {**asked, **changes}.items() if value not in ("", 0, *usual)}
        return f"{path}?{urlencode(query)}" if query else path

    return write


def build_listing(
    path: str,
    total: int,
    offset: int,
    asked: Mapping[str, Any] | None = None,
    usual: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The values that `parts.list` needs besides the rows: total, offset, and links to other pages."""
    return {
        "total": total,
        "offset": offset,
        "size": ROWS,
        "address": make_list_address(path, asked or {}, usual),
    }
