"""Marks the words of red flags in adverts, and prefills the form of a takedown."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from warroom.reasons.reason import render
from warroom.signals.adverts.advert import Advert
from warroom.signals.adverts.red_flags import find_red_flags
from warroom.signals.adverts.takedown import TakedownPackage
from warroom.web.kit.formats import Say

LONGEST = 3_000
"""Characters of an advert that are shown. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class AdvertTextPart:
    """A part of an advert's text, and the numbers of the flags that it shows."""

    text: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedAdvert:
    """An advert and its text in parts."""

    advert: Advert
    parts: tuple[AdvertTextPart, ...]


def mark_red_flags(text: str) -> tuple[AdvertTextPart, ...]:
    """A text in parts, those marked that show a flag."""
    shown = text[:LONGEST]
    spans = sorted(
        (start, min(end, LONGEST), flag.number)
        for flag in find_red_flags(text).flags
        for start, end in flag.spans
        if start < LONGEST
    )
    edges = sorted({0, len(shown), *(edge for start, end, _ in spans for edge in (start, end))})
    parts = []
    for start, end in itertools.pairwise(edges):
        flags = tuple(dict.fromkeys(number for low, high, number in spans if low <= start and end <= high))
        parts.append(AdvertTextPart(shown[start:end], flags))
    return tuple(parts)


def prefill_takedown(package: TakedownPackage, say: Say) -> Mapping[str, str]:
    """The fields of a takedown as the package fills them; an officer reads and sends it."""
    why = [render(reason, say.language) for signal in package.signals[:1] for reason in signal.reasons[:6]]
    return {
        "subjects_kind": "page",
        "subjects": "\n".join(page.id for page in package.pages),
        "reason": "; ".join(why),
        "d-scheme": "job",
        "d-copy_sha256": package.sha256,
        "d-copied_at": say.moment(package.moment),
        "d-preserve": "yes",
    }
