"""What the bank shows the holder: how much, until when, on which law, and how to object. Thai and English."""

import tomllib
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from warroom.exchange.message import OrderMessage
from warroom.exchange.text import fit

# The holder reads local time, whatever zone the server runs in: all banks addressed are Thai.
_THAILAND = ZoneInfo("Asia/Bangkok")
_BUDDHIST_YEARS = 543


def notice(order: OrderMessage, language: str) -> str:
    """The notice in `th` or `en`; an exercise says so before anything else."""
    words = _sentences()[language]
    text = words[order.kind].format(
        amount=f"{order.amount:,.2f}",
        account=order.account,
        until=_local(order, language),
        rule=order.rule,
        citation=order.citation,
        code=order.appeal_code,
        aim=order.appeal_aim_hours,
        limit=order.appeal_limit_hours,
    )
    return fit(f"{words['exercise']} {text}" if order.exercise else text, 2000)


def _local(order: OrderMessage, language: str) -> str:
    until = order.expires_at.astimezone(_THAILAND)
    if language == "th":
        return f"{until:%d/%m}/{until.year + _BUDDHIST_YEARS} {until:%H:%M} น."
    return f"{until:%d %b %Y %H:%M} (Thailand)"


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("notices.toml").read_text(encoding="utf-8"))
