"""Whether a host looks like one of a bank, an agency or the hotline, and in which way."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Literal, NamedTuple

from warroom.signals.addresses.folding import fold_look_alikes, replace_ending_look_alikes, to_unicode_host
from warroom.signals.addresses.known import Brand, find_parent_site, load_brands, load_known_names
from warroom.signals.addresses.registered import DomainName, split_host

How = Literal["same-look", "other-ending", "dotted", "official", "embedded", "near"]
LIMIT = 0.5
"""The score from which on a name is called a look-alike; the same everywhere. Scores were set by hand."""
SHORT, LONG = 4, 8
"""Letters of a brand's label: up to SHORT it occurs in honest names by chance; from LONG on two letters may
differ.
"""
_WWW = fold_look_alikes("www")
LONGEST = 253
"""Characters of a name that the internet allows (RFC 1035)."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A name that looks like a brand's. `like`: the brand's own site; `score` in [0, 1] is a rank, not a
    probability.

    Only `name` is meant: of a name below a shared host never the host itself.
    """

    name: str
    brand: str
    like: str
    how: How
    score: float


class Target(NamedTuple):
    """A brand's label as written and folded, with the ending of its site; a brand's further word has no
    ending. `plain`: an ordinary word, which honest names hold too.
    """

    written: str
    label: str
    brand: str
    site: str
    ending: str
    plain: bool


def find_look_alike(host: str, of: Sequence[Brand] | None = None) -> LookAlike | None:
    """The brand that a name looks like most; None for a brand's own site and below `LIMIT`. `of`: the brands
    to compare with.
    """
    asked = tuple(of) if of is not None else load_brands()
    plain = to_unicode_host(host.strip().lower().rstrip(".")[:LONGEST])
    own = _collect_own_sites(asked)
    if not plain or (plain.isascii() and find_parent_site(plain, own)):
        return None
    latin = replace_ending_look_alikes(plain)
    if plain.isascii() and find_parent_site(plain, load_known_names("rented")):
        return None
    if not plain.isascii() and (copied := _find_copied_brand(latin, asked)):
        return LookAlike(
            plain, copied.id, find_parent_site(latin, frozenset(copied.sites)), "same-look", 0.97
        )
    closest = max(_iter_look_alikes(latin, asked), key=lambda alike: alike.score, default=None)
    return replace(closest, name=plain) if closest and closest.score >= LIMIT else None


def _find_copied_brand(latin: str, asked: tuple[Brand, ...]) -> Brand | None:
    """The brand whose own site a name in other scripts would be if its ending were Latin."""
    return next((brand for brand in asked if find_parent_site(latin, frozenset(brand.sites))), None)


@cache
def _collect_own_sites(asked: tuple[Brand, ...]) -> frozenset[str]:
    return frozenset(site for brand in asked for site in brand.sites) | _load_bank_sites()


@cache
def _load_bank_sites() -> frozenset[str]:
    """Sites of banks of the world: an honest bank's name may look like another bank's."""
    from importlib import resources

    text = resources.files(__package__).joinpath("banks.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _build_targets(asked: tuple[Brand, ...]) -> tuple[Target, ...]:
    targets: dict[tuple[str, str], Target] = {}
    for brand in asked:
        for site in brand.sites:
            name = split_host(site)
            targets.setdefault(
                (name.label, name.ending),
                Target(
                    name.label,
                    fold_look_alikes(name.label.replace("-", "")),
                    brand.id,
                    site,
                    name.ending,
                    name.label in brand.plain,
                ),
            )
        for word in brand.words:
            targets.setdefault(
                (word, ""),
                Target(word, fold_look_alikes(word), brand.id, brand.sites[0], "", word in brand.plain),
            )
    return tuple(targets.values())


class NameParts(NamedTuple):
    """A name in parts: its folded label and subdomains, for each label its pieces between hyphens, and all pieces in a row as
    written, the ending's too. `thrown`: whether its registered name looks like one that is thrown away after a week.
    """

    plain: str
    name: DomainName
    label: str
    below: str
    pieces: tuple[tuple[str, ...], ...]
    row: tuple[str, ...]
    thrown: bool


def _iter_look_alikes(plain: str, asked: tuple[Brand, ...]) -> Iterator[LookAlike]:
    whole = _split_name_parts(plain)
    # A label that is in no label of the name cannot be found by the rules below: most are not.
    held = " ".join("".join(pieces) for pieces in whole.pieces) + f" {whole.below}{whole.label}"
    dotted = f".{'.'.join(whole.row)}."
    for target in _build_targets(asked):
        if target.label in held:
            for how, score in _iter_resemblances(whole, target, dotted):
                yield LookAlike(plain, target.brand, target.site, how, score)
    if official := _find_official_part(whole):
        yield LookAlike(plain, "", official, "official", 0.9)
    for target, edits in _iter_near_targets(whole, asked):
        yield LookAlike(plain, target.brand, target.site, "near", _score_edits(whole, target, edits))


def _split_name_parts(plain: str) -> NameParts:
    name = split_host(plain)
    labels = (name.label, *filter(None, name.below.split(".")))
    pieces = (label.replace("_", "-").split("-") for label in labels)
    folds = tuple(tuple(fold_look_alikes(piece) for piece in each if piece) for each in pieces)
    row = tuple(piece for label in plain.split(".") for piece in label.replace("_", "-").split("-") if piece)
    below = "".join("".join(each) for each in folds[1:])
    return NameParts(plain, name, fold_look_alikes(name.label), below, folds, row, _is_thrown_away(name))


def _is_thrown_away(name: DomainName) -> bool:
    """Whether a registered name looks like one of many that are bought for a week: zs-th.com, bwz-th.cc, secure-login.net,
    dw-ms.com; or is a host where anybody has a name.
    """
    if name.ending in load_known_names("cheap") or name.registered in load_known_names("shared"):
        return True
    pieces = _split_label(name)
    if len(pieces) > 1 and (
        any(piece in load_known_names("places") or _is_lure(fold_look_alikes(piece)) for piece in pieces)
        or all(len(piece) <= SHORT - 1 for piece in pieces)
    ):
        return True
    # Letters that nobody can speak, and a word that only leads on.
    return _is_lure(fold_look_alikes(name.label)) or not set("aeiouy") & set(name.label)


def is_like_country_name(name: DomainName) -> bool:
    """Whether a registered name is a few letters and a country's or an ending's after a hyphen: zb-th.cc, co-line.cc, lx-th.com."""
    pieces = _split_label(name)
    return (
        len(pieces) == 2
        and len(pieces[0]) <= SHORT - 1
        # An ending's name behind a hyphen, cdn-net.com, is in honest names too.
        and pieces[1] in load_known_names("places") - {"com", "net", "org"}
        and name.ending in load_known_names("cheap") | {"com", "net"}
    )


def _split_label(name: DomainName) -> list[str]:
    return [piece for piece in name.label.replace("_", "-").split("-") if piece]


def _find_official_part(whole: NameParts) -> str:
    """A name under an official ending that stands in front of another name: police.go.th in police.go.th.check-case.com; empty
    for none.
    """
    below = whole.name.below.split(".")
    for at in range(len(below) - 2, 0, -1):
        if ".".join(below[at : at + 2]) in load_known_names("official"):
            return ".".join(below[max(at - 1, 0) : at + 2])
    return ""


def _iter_resemblances(whole: NameParts, target: Target, dotted: str) -> Iterator[tuple[How, float]]:
    name, label = whole.name, target.label
    # A short label (scb, ktb) occurs in honest names by chance, and needs more evidence.
    long = len(label) > SHORT and not target.plain
    same_ending = bool(target.ending) and name.ending == target.ending
    if whole.label == label or name.label == target.written:
        if name.label == target.written:
            if not same_ending:
                yield (
                    "other-ending",
                    0.96
                    if long
                    else 0.75
                    if name.ending in load_known_names("cheap") and not target.plain
                    else 0.4,
                )
        elif long or (same_ending and not target.plain) or not name.label.isascii():
            yield "same-look", 0.97
    elif target.ending and _has_site(whole, target, dotted):
        yield "dotted", 0.98
    elif name.below and same_ending and whole.below + whole.label == label:
        yield "dotted", 0.95
    if any("".join(pieces) == label for pieces in whole.pieces[1:]):
        # The brand as a label of its own before a name that is not the brand's: kerry.zs-th.com.
        yield "embedded", 0.9 if whole.thrown else 0.55 if long else 0.3
    if score := max(
        (_score_label_within(pieces, target, long, name.ending) for pieces in whole.pieces), default=0.0
    ):
        yield "embedded", score


def _has_site(whole: NameParts, target: Target, dotted: str) -> bool:
    """Whether a brand's whole site stands in another name, with dots or hyphens: www.scb.co.th.login.example, pea.co-th.com,
    dol-go.th. Of two parts only with its dot, since line.me is in on-line.me.
    """
    if target.plain:
        return False
    if f".{target.site}." in f".{whole.name.below}." or f"{target.site.replace('.', '-')}." in whole.plain:
        return True
    if target.site.count(".") < 2:
        return False
    site = f".{target.site}."
    # As the end of a registered name, easy-scb.co.th, it is the same ending and judged as a label.
    return site in dotted and not whole.plain.endswith(f"-{target.site}")


def _score_label_within(pieces: tuple[str, ...], target: Target, long: bool, ending: str) -> float:
    """The score of a label that contains a brand's label with additions; 0 where it does not."""
    glued, label = "".join(pieces), target.label
    if label not in glued or glued == label:
        return 0.0
    # Between hyphens the label is a word of its own; a lure next to it makes the intent plain.
    if label in pieces:
        others = [piece for piece in pieces if piece != label]
        if any(_is_lure(piece) or piece in load_known_names("places") for piece in others):
            return 0.45 if target.plain else 0.95
        # Letters that stand for a name, beside a piece that is no word: pea-ro.com.
        short = 0.55 if len(label) >= 3 and all(len(piece) <= 3 for piece in others) else 0.3
        return 0.8 if long else 0.3 if target.plain else short
    if target.plain:
        return 0.0
    if not long:
        rest = glued.removeprefix(label) if glued.startswith(label) else glued.removesuffix(label)
        # Three letters occur in many words; next to a lure they are meant, and of a cheap ending a shorter lure does.
        least = 3 if ending in load_known_names("cheap") else 4
        return 0.7 if len(label) >= 3 and rest != glued and len(rest) >= least and _is_lure(rest) else 0.0
    rest = glued.replace(label, "-").strip("-")
    if not rest or all(_is_lure(piece) for piece in rest.split("-")):
        return 0.93
    # A long label is hardly part of another word by chance.
    return 0.75 if len(label) >= LONG - 1 else 0.4


@cache
def _is_lure(piece: str) -> bool:
    words = _load_lure_words()
    if piece in words or (piece.isdigit() and len(piece) <= 6):
        return True
    return any(piece[:at] in words and piece[at:] in words for at in range(2, len(piece) - 1))


@cache
def _load_lure_words() -> frozenset[str]:
    return frozenset(fold_look_alikes(word) for word in load_known_names("lures"))


def _iter_near_targets(whole: NameParts, asked: tuple[Brand, ...]) -> Iterator[tuple[Target, int]]:
    """Brands whose label differs by one letter, or two of a long one."""
    # A prefix that browsers add by habit is no letter of the name.
    bare = whole.label.replace("-", "")
    # Hyphens and a leading www are typed in front without changing what is read.
    tried = {whole.label, bare, bare.removeprefix(_WWW)}
    index, most = _build_deletion_index(asked)
    for label in tried:
        # Two letters are near everything; a label longer than any brand's by three cannot be near one.
        if not 3 <= len(label) <= most + 2:
            continue
        for target in {candidate for key in _delete_letters(label, 2) for candidate in index.get(key, ())}:
            edits = count_edits(label, target.label)
            if 0 < edits <= (2 if len(target.label) >= LONG else 1) or (edits == 0 and label != whole.label):
                yield target, edits


@cache
def _build_deletion_index(asked: tuple[Brand, ...]) -> tuple[dict[str, list[Target]], int]:
    """Targets by their labels without up to two letters (symmetric deletion): two near words have such a rest
    in common, so that no word is compared with all brands.
    """
    targets_by_key: dict[str, list[Target]] = defaultdict(list)
    # Short words without an ending would be near half of the honest names.
    targets = [
        target
        for target in _build_targets(asked)
        if not target.plain and (target.ending or len(target.label) > SHORT)
    ]
    for target in targets:
        for key in _delete_letters(target.label, 2 if len(target.label) >= LONG else 1):
            targets_by_key[key].append(target)
    return dict(targets_by_key), max((len(target.label) for target in targets), default=0)


def _delete_letters(word: str, letters: int) -> set[str]:
    """A word without up to so many of its letters."""
    kept = range(len(word))
    return {
        "".join(word[at] for at in some)
        for gone in range(min(letters, len(word) - 1) + 1)
        for some in combinations(kept, len(word) - gone)
    }


def _score_edits(whole: NameParts, target: Target, edits: int) -> float:
    same_ending = bool(target.ending) and whole.name.ending == target.ending
    if len(target.label) <= SHORT:
        if not whole.name.label.isascii():
            # Nobody writes three Latin letters with marks by chance.
            return 0.6
        # SCB and SCG are two honest firms under one ending.
        return 0.45 if same_ending else 0.1
    if edits == 2:
        return 0.7 if same_ending or whole.name.ending in load_known_names("cheap") else 0.45
    # One letter off: the same ending, or a long label, leaves less to chance. Five to seven letters are
    # near many honest names, unless the rest looks thrown away too.
    return 0.85 if same_ending else 0.75 if len(target.label) >= LONG else 0.55 if whole.thrown else 0.45


def count_edits(a: str, b: str) -> int:
    """Letters to change, add, leave out or swap with the next (optimal string alignment)."""
    before, last = list(range(len(b) + 1)), list(range(len(b) + 1))
    for row, letter in enumerate(a, 1):
        current = [row]
        for column, other in enumerate(b, 1):
            best = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == b[column - 2] and a[row - 2] == other:
                # A swap of two neighbours counts once: the commonest typing error.
                best = min(best, before[column - 2] + 1)
            current.append(best)
        before, last = last, current
    return last[-1]
