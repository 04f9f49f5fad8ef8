"""Tables, days and lengths of time on the reference pages."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def table(head: list[str], rows: Iterable[Iterable[object]]) -> str:
    return row(head) + row("---" for _ in head) + "".join(row(cells) for cells in rows)


def day(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo('Asia/Bangkok')):%Y-%m-%d}"


def span(length: object) -> str:
    """A length of time as people say it."""
    if not isinstance(length, timedelta):
        return "none"
    hours = length.total_seconds() / 3600
    if hours < 1:
        return f"{hours * 60:g} minutes"
    return f"{hours / 24:g} days" if hours >= 72 else f"{hours:g} hours"
