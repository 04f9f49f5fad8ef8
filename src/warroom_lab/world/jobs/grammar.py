"""Texts of adverts, messages and tips out of small grammars (`words.toml`)."""

import tomllib
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

import numpy as np

LANGUAGES = ("th", "en", "zh", "vi", "id")
SHARES = (0.55, 0.25, 0.08, 0.06, 0.06)
"""How often each is used for adverts (A)."""

_EDGES = tuple(accumulate(SHARES))[:-1]


@cache
def load_grammars() -> dict[str, Any]:
    """The grammars by language, and the sentences of messages and tips."""
    return tomllib.loads(files("warroom_lab.world.jobs").joinpath("words.toml").read_text("utf-8"))


def write_advert(rng: np.random.Generator, lure: bool, pay: int, contact: str) -> str:
    """An offer of work; honest ones and lures draw from the same phrases with other odds."""
    grammar = load_grammars()[LANGUAGES[bisect_right(_EDGES, rng.random())]]
    common = _draw_phrases(rng, grammar["offer"], 1 + int(rng.integers(0, 3)))
    tempting = _draw_phrases(rng, grammar["lure"], int(rng.binomial(3, 0.55 if lure else 0.18)))
    sober = _draw_phrases(rng, grammar["honest"], int(rng.binomial(3, 0.15 if lure else 0.45)))
    details = [common, tempting, sober]
    phrases = [phrase for detail in details for phrase in detail]
    order = rng.permutation(len(phrases))
    middle = [phrases[at] for at in order]
    ends = (_draw_phrase(rng, grammar[key]) for key in ("open", "role", "pay", "end"))
    first, role, money, last = ends
    text = ", ".join([f"{first} {role}", money, *middle, last])
    return text.replace("{pay}", f"{pay:,}").replace("{contact}", contact)


def write_message(rng: np.random.Generator, kind: str, contact: str, link: str) -> str:
    """A text message; `kind`: parcel, bank, utility, job, honest."""
    text = _draw_phrase(rng, load_grammars()["messages"][kind])
    pay = f"{int(rng.integers(3, 30)) * 100:,}"
    return text.replace("{contact}", contact).replace("{link}", link).replace("{pay}", pay)


def write_tip(rng: np.random.Generator, kind: str) -> str:
    """What somebody tells; `kind`: place, number, page, person, rumour."""
    return _draw_phrase(rng, load_grammars()["tips"][kind])


def _draw_phrase(rng: np.random.Generator, phrases: list[str]) -> str:
    return phrases[int(rng.integers(0, len(phrases)))]


def _draw_phrases(rng: np.random.Generator, phrases: list[str], count: int) -> list[str]:
    return [phrases[at] for at in rng.permutation(len(phrases))[:count]]
