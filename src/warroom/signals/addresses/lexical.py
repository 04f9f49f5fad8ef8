"""How much the letters of a host look like those of fraud pages: a rank with reasons, not a probability.

In published measurements letters alone are weak evidence (average precision .85 at best, and new honest names
look alike): so this only orders what people look at anyway, and raises no signal by itself.
"""

from collections.abc import Iterator
from typing import NamedTuple

from warroom.signals.addresses.folding import to_unicode_host
from warroom.signals.addresses.known import SHARED, classify_host, find_parent_site, load_known_names
from warroom.signals.addresses.registered import split_host
from warroom.subjects.names.scripts import OTHER, script_of

_GAMBLING = ("slot", "casino", "bet", "ufa", "pg", "joker", "baccarat", "lotto", "huay", "888", "168", "789")
# From so many digits, hyphens and letters of a label on it counts; chosen, not measured.
_DIGITS, _HYPHENS, _LABEL = 4, 2, 20


class Sign(NamedTuple):
    """A sign in a host: its code, its weight in [0, 1], and the letters that show it."""

    code: str
    weight: float
    letters: str


def list_lexical_signs(host: str) -> list[Sign]:
    """The signs in a host, the strongest first; none for hosts that are known to be a brand's own, chats or
    shorteners.
    """
    plain = to_unicode_host(host.lower().rstrip("."))
    if classify_host(plain) in ("own", "chat", "short"):
        return []
    return sorted(_iter_signs(plain), key=lambda sign: -sign.weight)


def score_host(host: str) -> float:
    """A rank in [0, 1]: 1 minus the product of (1 - weight), so that more signs never rank lower."""
    left = 1.0
    for sign in list_lexical_signs(host):
        left *= 1 - sign.weight
    return 1 - left


def _iter_signs(plain: str) -> Iterator[Sign]:
    # The weights were set by hand; they order a list and are no likelihoods.
    name = split_host(plain)
    if name.ending in load_known_names("cheap"):
        yield Sign("domain_cheap_ending", 0.3, f".{name.ending}")
    if not name.label.isascii() and len({script_of(letter) for letter in name.label} - {OTHER}) > 1:
        # The strongest sign: honest names are written in one script.
        yield Sign("domain_mixed_scripts", 0.5, name.label)
    digits = "".join(letter for letter in name.label if letter.isdigit())
    if len(digits) >= _DIGITS:
        yield Sign("domain_many_digits", 0.25, digits)
    if name.label.count("-") >= _HYPHENS:
        yield Sign("domain_many_hyphens", 0.2, name.label)
    lures = [
        piece for piece in name.label.split("-") if len(piece) > 3 and piece in load_known_names("lures")
    ]
    if lures:
        yield Sign("domain_lure_words", 0.25, ", ".join(lures))
    if len(name.label) > _LABEL:
        yield Sign("domain_long", 0.15, name.label)
    if gambling_word := next((word for word in _GAMBLING if word in name.label), ""):
        yield Sign("domain_gambling", 0.3, gambling_word)
    if classify_host(plain) == SHARED:
        yield Sign("domain_below_shared", 0.2, find_parent_site(plain, load_known_names("shared")))
    if name.below.count(".") >= 2:
        yield Sign("domain_deep", 0.15, name.below)
