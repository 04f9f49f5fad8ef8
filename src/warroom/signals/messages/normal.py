"""Normalising a message, with each letter's position in the original, so that words can be marked as they
were sent.
"""

import base64
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from warroom.subjects.names.readings.zawgyi import convert_zawgyi, is_like_zawgyi
from warroom.subjects.names.scripts import LATIN, LETTERS, THAI, script_of

LONGEST = 4_000
"""Characters of a message that are read: more than the longest chat post, so that a megabyte costs no more than one."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_TAG = re.compile(
    r"</?(?:html|head|body|a|p|br|div|span|b|i|u|em|strong|img|table|tr|td|th|ul|ol|li|font|h[1-6]|script|style|meta|title)"
    r"(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
# By look alone, as gangs use them; Unicode's table of confusables (UTS 39) names the same pairs.
_LIKE_LATIN = str.maketrans(
    "асеорхуіјѕһԁԛԝвкмнтзѵгαεικνορτυχβγωՏօոսհ", "aceopxyijshdqwbkmhtevraeikvoptuxbywsonuh"
)
_LIKE_THAI = {"l": "เ", "i": "เ", "o": "อ", "u": "น", "n": "ท", "s": "ร", "a": "ล"}
_WITHOUT_HEAPS = dict.fromkeys(range(0x0300, 0x0370))
"""Combining marks that remain after composition belong to no letter of any language."""


@dataclass(frozen=True, slots=True)
class NormalisedMessage:
    """`text` in small letters, composed and without tricks; `at[i]` is where its letter i stood in what was typed.

    `written` is the text, as long as it is, before letters that look like others were put right; `altered` the places of those
    letters, and of those that lost marks which no language puts there. `disguised` are the places (start, end) whose letters were others than they seemed, `doubled` those where two letters were
    typed for one that looks the same. `masked` is the text with every digit
    as 0, of the same length: which number it is must not be learned. `cut` where only the beginning was read.
    """

    text: str
    masked: str
    written: str
    altered: frozenset[int]
    at: tuple[int, ...]
    disguised: tuple[tuple[int, int], ...]
    doubled: tuple[int, ...]
    cut: bool

    def find_typed_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the letters start to end of `text` stood in what was typed."""
        return self.at[start], self.at[end - 1] + 1


Letters = list[tuple[str, int]]


def normalise_message(typed: str) -> NormalisedMessage:
    """Normalise the first `LONGEST` characters of a message; the text is empty where nothing is readable."""
    short = typed[:LONGEST]
    doubled: list[int] = []
    bare: set[int] = set()
    letters = _collapse_spaces(
        _join_vertical_lines(list(_fold_letters(_decode_letters(short), bare))), doubled
    )
    written = "".join(letter for letter, _ in letters)
    letters, disguised = _undo_disguises(letters)
    text = "".join(letter for letter, _ in letters)
    masked = "".join("0" if letter.isdigit() else letter for letter in text)
    at = tuple(place for _, place in letters)
    altered = frozenset(
        place for place, now in enumerate(text) if now != written[place] or (bare and at[place] in bare)
    )
    return NormalisedMessage(
        text, masked, written, altered, at, disguised, tuple(doubled), len(typed) > LONGEST
    )


def _decode_letters(typed: str) -> Letters:
    """Characters with their positions; base64 of a whole message and HTML are decoded as a reader would see
    them.
    """
    whole = typed.strip()
    if _BASE64.fullmatch(whole):
        try:
            inner = base64.b64decode(whole + "=" * (-len(whole) % 4)).decode()
        except ValueError:
            inner = ""
        if inner and inner.isprintable():
            sizes = [len(letter.encode()) for letter in inner]
            # Four characters of base64 hold three bytes: near enough to mark the place.
            starts = [sum(sizes[:at]) * 4 // 3 for at in range(len(inner))] if len(inner) < LONGEST else []
            return list(zip(inner, starts, strict=False))
    if is_like_zawgyi(typed):
        # Order changes inside a syllable, so a letter is only known to a word's breadth: near enough to mark it.
        inner = convert_zawgyi(typed)
        return [(letter, min(at, len(typed) - 1)) for at, letter in enumerate(inner)]
    return list(_strip_markup(typed))


def _strip_markup(typed: str) -> Iterator[tuple[str, int]]:
    """Without tags, except the address that a tag leads to, and with entities as what they stand for."""
    done = 0
    pieces = [(piece_match, "tag") for piece_match in _TAG.finditer(typed)]
    pieces += [(piece_match, "entity") for piece_match in _ENTITY.finditer(typed)]
    for piece_match, kind in sorted(pieces, key=lambda piece: piece[0].start()):
        if piece_match.start() < done:
            continue
        yield from ((typed[at], at) for at in range(done, piece_match.start()))
        yield from _read_tag(piece_match) if kind == "tag" else _read_entity(piece_match)
        done = piece_match.end()
    yield from ((typed[at], at) for at in range(done, len(typed)))


def _read_tag(found: re.Match[str]) -> Iterator[tuple[str, int]]:
    yield " ", found.start()
    if address := _ADDRESS.search(found[0]):
        first = found.start() + address.start()
        yield from ((letter, first + at) for at, letter in enumerate(address[0]))
        yield " ", found.end() - 1


def _read_entity(found: re.Match[str]) -> Iterator[tuple[str, int]]:
    yield from ((letter, found.start()) for letter in html.unescape(found[0]))


def _fold_letters(letters: Letters, bare: set[int]) -> Iterator[tuple[str, int]]:
    """Letters composed (NFKC), lower case, without invisible ones; positions of letters that lost marks are
    added to `bare`.
    """
    cluster: Letters = []
    for letter, at in letters:
        if _UNSEEN.match(letter):
            continue
        if cluster and not unicodedata.combining(letter):
            yield from _compose_cluster(cluster, bare)
            cluster = []
        cluster.append((letter, at))
    yield from _compose_cluster(cluster, bare)


def _compose_cluster(cluster: Letters, bare: set[int]) -> Iterator[tuple[str, int]]:
    typed = "".join(letter for letter, _ in cluster)
    if typed.isascii():
        form = typed.lower()
    else:
        # Marks are heaped up by the hundred to break programs; no script needs more than seven.
        form = unicodedata.normalize("NFKC", typed[:8]).lower()
        if form != (form := form.translate(_WITHOUT_HEAPS)):
            bare.add(cluster[0][1])
        form = form.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")
    last = len(cluster) - 1
    yield from ((letter, cluster[min(at, last)][1]) for at, letter in enumerate(form))


def _join_vertical_lines(letters: Letters) -> Letters:
    """A message written vertically, a letter on each line, joined to one line."""
    lines = [line for line in "".join(letter for letter, _ in letters).split("\n") if line.strip()]
    if len(lines) > 2 and all(_count_letters(line) <= 2 for line in lines):
        return [(letter, at) for letter, at in letters if not letter.isspace()]
    return letters


def _count_letters(line: str) -> int:
    """Letters of a line without combining marks."""
    return sum(not unicodedata.category(letter).startswith("M") for letter in line.strip())


def _collapse_spaces(letters: Letters, doubled: list[int]) -> Letters:
    """One space where there were many, none at the ends, nothing that controls a terminal; and one letter for two that show
    as it, whose places are added to `doubled`.
    """
    kept: Letters = []
    for letter, at in letters:
        if letter == "เ" and kept and kept[-1][0] == "เ":
            # Typed as two letters by honest people and by others; the font shows the same.
            kept[-1] = "แ", kept[-1][1]
            doubled.append(len(kept) - 1)
        elif letter.isspace() or unicodedata.category(letter) in ("Cc", "Cs", "Co"):
            if kept and kept[-1][0] != " ":
                kept.append((" ", at))
        else:
            kept.append((letter, at))
    return kept[:-1] if kept and kept[-1][0] == " " else kept


def _undo_disguises(letters: Letters) -> tuple[Letters, tuple[tuple[int, int], ...]]:
    """Words with look-alike letters replaced, and the spans that changed."""
    changed: list[tuple[int, int]] = []
    start = 0
    plain_letters = list(letters)
    for end in range(len(letters) + 1):
        if end < len(letters) and letters[end][0] != " ":
            continue
        places = _put_right(plain_letters, start, end)
        if places:
            changed.append((places[0], places[-1] + 1))
        start = end + 1
    return plain_letters, tuple(changed)


def _put_right(letters: Letters, start: int, end: int) -> list[int]:
    """Replace a word's look-alike letters in place; returns their positions."""
    scripts = [script_of(letter) for letter, _ in letters[start:end]]
    places = []
    for at, script in enumerate(scripts, start):
        letter, where = letters[at]
        if script == LETTERS and LATIN in scripts:
            like = letter.translate(_LIKE_LATIN)
        elif script != THAI and letter in _LIKE_THAI and _is_between_thai(scripts, at - start):
            like = _LIKE_THAI[letter]
        else:
            continue
        if like != letter:
            letters[at] = like, where
            places.append(at)
    return places


def _is_between_thai(scripts: list[int], at: int) -> bool:
    """Whether one foreign letter is between Thai letters, as no honest writer puts it."""
    return 0 < at < len(scripts) - 1 and scripts[at - 1] == THAI == scripts[at + 1]
