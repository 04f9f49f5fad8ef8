"""Whether a name on the internet looks like one of a bank, an agency or the hotline, and by which letters."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Literal, NamedTuple

from warroom.signals.addresses.folding import folded, unicode_of, with_latin_ending
from warroom.signals.addresses.known import Brand, at_or_below, brands, known
from warroom.signals.addresses.registered import Name, taken_apart

How = Literal["same-look", "other-ending", "dotted", "embedded", "near"]
LIMIT = 0.5
"""The score from which on a name is called a look-alike, everywhere and fixed."""
SHORT, LONG = 4, 8
"""Up to so many letters a brand's name is part of honest names; from so many on two letters may differ."""
_WWW = folded("www")
LONGEST = 253
"""Characters of a name that the internet allows (RFC 1035)."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A name that looks like a brand's. `like`: the brand's own name; `score` in [0, 1], a rank and no probability.

    `name` alone is what is spoken of: where it hangs below a shared host, never the host.
    """

    name: str
    brand: str
    like: str
    how: How
    score: float


class Target(NamedTuple):
    """A brand's label as written and in its folded letters, with the ending of the site that it comes from; a word has none."""

    written: str
    label: str
    brand: str
    site: str
    ending: str


def look_alike(host: str, of: Sequence[Brand] | None = None) -> LookAlike | None:
    """The brand that a name looks like most; None for a brand's own site and for any name that looks like none."""
    asked = tuple(of) if of is not None else brands()
    plain = unicode_of(host.strip().lower().rstrip(".")[:LONGEST])
    own = _own(asked)
    if not plain or (plain.isascii() and at_or_below(plain, own)):
        return None
    latin = with_latin_ending(plain)
    if not plain.isascii() and (copied := _copied(latin, asked)):
        return LookAlike(plain, copied.id, at_or_below(latin, frozenset(copied.sites)), "same-look", 0.97)
    found = max(_looks(latin, asked), key=lambda each: each.score, default=None)
    return replace(found, name=plain) if found and found.score >= LIMIT else None


def _copied(latin: str, asked: tuple[Brand, ...]) -> Brand | None:
    """The brand whose own site a name with letters of other scripts would be, were its ending of Latin letters."""
    return next((brand for brand in asked if at_or_below(latin, frozenset(brand.sites))), None)


@cache
def _own(asked: tuple[Brand, ...]) -> frozenset[str]:
    return frozenset(site for brand in asked for site in brand.sites) | _banks()


@cache
def _banks() -> frozenset[str]:
    """Sites that banks of the world call their own: one bank looks like another and is none of its copies."""
    from importlib import resources

    text = resources.files(__package__).joinpath("banks.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _targets(asked: tuple[Brand, ...]) -> tuple[Target, ...]:
    found: dict[tuple[str, str], Target] = {}
    for brand in asked:
        for site in brand.sites:
            name = taken_apart(site)
            found.setdefault(
                (name.label, name.ending), Target(name.label, folded(name.label), brand.id, site, name.ending)
            )
        for word in brand.words:
            found.setdefault((word, ""), Target(word, folded(word), brand.id, brand.sites[0], ""))
    return tuple(found.values())


class Parts(NamedTuple):
    """A name, taken apart; its label and what stands below it in folded letters; and by label the pieces between hyphens."""

    plain: str
    name: Name
    label: str
    below: str
    pieces: tuple[tuple[str, ...], ...]


def _looks(plain: str, asked: tuple[Brand, ...]) -> Iterator[LookAlike]:
    whole = _parts(plain)
    for target in _targets(asked):
        for how, score in _seen_as(whole, target):
            yield LookAlike(plain, target.brand, target.site, how, score)
    for target, edits in _near(whole, asked):
        yield LookAlike(plain, target.brand, target.site, "near", _of_edits(whole, target, edits))


def _parts(plain: str) -> Parts:
    name = taken_apart(plain)
    labels = (name.label, *filter(None, name.below.split(".")))
    pieces = (label.replace("_", "-").split("-") for label in labels)
    folds = tuple(tuple(folded(piece) for piece in each if piece) for each in pieces)
    return Parts(plain, name, folded(name.label), "".join("".join(each) for each in folds[1:]), folds)


def _seen_as(whole: Parts, target: Target) -> Iterator[tuple[How, float]]:
    name, label = whole.name, target.label
    long = len(label) > SHORT
    same_ending = bool(target.ending) and name.ending == target.ending
    if whole.label == label:
        if name.label == target.written:
            if not same_ending:
                yield "other-ending", 0.96 if long else 0.75 if name.ending in known("cheap") else 0.4
        elif long or same_ending or not name.label.isascii():
            yield "same-look", 0.97
    elif name.below and target.ending and _holds_site(whole, target):
        yield "dotted", 0.98
    elif name.below and same_ending and whole.below + whole.label == label:
        yield "dotted", 0.95
    if score := max((_within(pieces, label, long) for pieces in whole.pieces), default=0.0):
        yield "embedded", score


def _holds_site(whole: Parts, target: Target) -> bool:
    """Whether the whole of a brand's site stands in front of another's name: www.scb.co.th.login.example."""
    hyphens = target.site.replace(".", "-")
    return f".{target.site}." in f".{whole.name.below}." or f"{hyphens}." in f"{whole.plain}"


def _within(pieces: tuple[str, ...], label: str, long: bool) -> float:
    """How much a part of a name is a brand's label with what copies add to one."""
    glued = "".join(pieces)
    if label not in glued or glued == label:
        return 0.0
    if label in pieces:
        lures = any(_is_lure(piece) for piece in pieces if piece != label)
        return 0.95 if lures else 0.8 if long else 0.3
    if not long:
        rest = glued.removeprefix(label) if glued.startswith(label) else glued.removesuffix(label)
        # Of three letters it stands in many words; beside a lure it is meant.
        return 0.7 if len(label) >= 3 and rest != glued and len(rest) >= 4 and _is_lure(rest) else 0.0
    rest = glued.replace(label, "-").strip("-")
    if not rest or all(_is_lure(piece) for piece in rest.split("-")):
        return 0.93
    return 0.75 if len(label) >= LONG - 1 else 0.4


@cache
def _is_lure(piece: str) -> bool:
    words = _lures()
    if piece in words or (piece.isdigit() and len(piece) <= 6):
        return True
    return any(piece[:at] in words and piece[at:] in words for at in range(2, len(piece) - 1))


@cache
def _lures() -> frozenset[str]:
    return frozenset(folded(word) for word in known("lures"))


def _near(whole: Parts, asked: tuple[Brand, ...]) -> Iterator[tuple[Target, int]]:
    """Brands whose label differs by one letter, or two of a long one."""
    # A prefix that browsers add by habit is no letter of the name.
    bare = whole.label.replace("-", "")
    tried = {whole.label, bare, bare.removeprefix(_WWW)}
    index, most = _index(asked)
    for label in tried:
        if not 3 <= len(label) <= most + 2:
            continue
        for target in {found for key in _without(label, 2) for found in index.get(key, ())}:
            edits = distance(label, target.label)
            if 0 < edits <= (2 if len(target.label) >= LONG else 1) or (edits == 0 and label != whole.label):
                yield target, edits


@cache
def _index(asked: tuple[Brand, ...]) -> tuple[dict[str, list[Target]], int]:
    """Targets by their labels without up to two letters: two words that are near have such a rest in common."""
    found: dict[str, list[Target]] = defaultdict(list)
    targets = [target for target in _targets(asked) if target.ending or len(target.label) > SHORT]
    for target in targets:
        for key in _without(target.label, 2 if len(target.label) >= LONG else 1):
            found[key].append(target)
    return dict(found), max((len(target.label) for target in targets), default=0)


def _without(word: str, letters: int) -> set[str]:
    """A word without up to so many of its letters."""
    kept = range(len(word))
    return {
        "".join(word[at] for at in some)
        for gone in range(min(letters, len(word) - 1) + 1)
        for some in combinations(kept, len(word) - gone)
    }


def _of_edits(whole: Parts, target: Target, edits: int) -> float:
    same_ending = bool(target.ending) and whole.name.ending == target.ending
    if len(target.label) <= SHORT:
        if not whole.name.label.isascii():
            # Nobody writes three Latin letters with marks by chance.
            return 0.6
        # SCB and SCG are two honest firms under one ending.
        return 0.45 if same_ending else 0.1
    if edits == 2:
        return 0.7 if same_ending or whole.name.ending in known("cheap") else 0.45
    return 0.85 if same_ending else 0.75 if len(target.label) >= LONG else 0.55


def distance(a: str, b: str) -> int:
    """Letters to change, add, leave out or swap with the next (optimal string alignment)."""
    before, last = list(range(len(b) + 1)), list(range(len(b) + 1))
    for row, one in enumerate(a, 1):
        current = [row]
        for column, other in enumerate(b, 1):
            best = min(last[column] + 1, current[-1] + 1, last[column - 1] + (one != other))
            if row > 1 and column > 1 and one == b[column - 2] and a[row - 2] == other:
                best = min(best, before[column - 2] + 1)
            current.append(best)
        before, last = last, current
    return last[-1]
