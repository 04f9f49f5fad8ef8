"""Sentences and notices in both languages, from data files, with local times and amounts in baht."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from warroom import settings


@dataclass(frozen=True, slots=True)
class Texts:
    """One sentence or notice in both languages."""

    th: str
    en: str


# The Thai solar calendar counts from 543 BC.
BUDDHIST = 543  # years between the Thai and the Gregorian calendar


def format_baht(satang: int) -> str:
    """An amount as people read it: 12,345.00."""
    # Integers throughout: a float would round large sums.
    return f"{satang // 100:,}.{satang % 100:02d}"


def format_local_time(moment: datetime, language: str) -> str:
    """A time in the room's zone (WARROOM_TIMEZONE); Thai dates have Buddhist years."""
    here = moment.astimezone(ZoneInfo(settings.get_text("WARROOM_TIMEZONE")))
    if language == "th":
        return f"{here:%d/%m}/{here.year + BUDDHIST} {here:%H:%M} น."
    return f"{here:%d %b %Y %H:%M}"


def render_texts(package: str, file: str, kind: str, params: Mapping[str, Any]) -> Texts:
    """The text of a kind in both languages, from a data file of a package; times among the parameters are written in each language's way."""
    words = _load_file(package, file)[kind]
    said = {
        language: words[language].format(**_localise_params(params, language)) for language in ("th", "en")
    }
    return Texts(**said)


def render_notice(
    package: str, file: str, kind: str, params: Mapping[str, Any], *, page: bool = True
) -> Texts:
    """A notice to a holder: its text, then where to go with its code. `page`: whether the public pages know the code."""
    notice = render_texts(package, file, kind, params)
    address = settings.get_text("WARROOM_PUBLIC_ADDRESS").rstrip("/").partition("://")[2] if page else ""
    where = render_texts(
        "warroom.bilingual",
        "where.toml",
        "address" if address else "telephone",
        {"address": f"{address}/appeal", "telephone": settings.get_text("WARROOM_HOLDER_TELEPHONE")},
    )
    return Texts(notice.th + where.th, notice.en + where.en)


def _localise_params(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    spoken: dict[str, Any] = {}
    for name, value in params.items():
        if isinstance(value, datetime):
            spoken[name] = format_local_time(value, language)
        elif isinstance(value, Texts):
            spoken[name] = getattr(value, language)
        else:
            spoken[name] = value
    return spoken


@cache
def _load_file(package: str, name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(package).joinpath(name).read_text(encoding="utf-8"))
