"""An advert normalised: one spelling for what reads the same, with each letter's position in the source.

HTML tags and base64 are decoded; invisible signs, accents of Latin letters and spaces in scripts without
spaces are dropped; look-alike, full-width and traditional characters are folded. Burmese is reduced to its
consonants and the vowels that both of its encodings (Unicode and Zawgyi) share.
"""

import base64
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from warroom.subjects.names.cleaning import LIKE_LATIN
from warroom.subjects.spelling import THAI_DIGITS

LONGEST = 20_000
"""Characters of an advert that are read, half from its beginning and half from its end: nobody writes a
longer one.
"""
Span = tuple[int, int]

_MARKS = "\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u00ad\ufe00-\ufe0f\ufeff\u3164"
_UNIT = re.compile(f"(?s).[{_MARKS}]*")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff]"
)
_TAG = re.compile(
    r"<(?:br|p|div|li|/p|/div|/li)\b[^<>]{0,300}>|<(?:!--.{0,300}?--|/?[a-z][^<>]{0,300})>", re.I | re.S
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.I)
# ASCII letters alone: without regard to capitals ſ and İ would be letters too, and they are none of base64's.
_BASE64 = re.compile(r"(?a:[a-z0-9+/]{40,}={0,2})", re.I)
_OTHER = re.compile(f"{_TAG.pattern}|{_ENTITY.pattern}|{_BASE64.pattern}", re.I | re.S)
# Thai is typed with the tone before or after the vowel; both look the same.
_TONE_FIRST = re.compile("([\u0e48-\u0e4c]+)([\u0e31\u0e34-\u0e3a\u0e47\u0e4d])")
# Vietnamese: old and new placing of the tone mark.
_TONE_PLACED = dict(
    zip(
        ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"),
        ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"),
        strict=True,
    )
)
_TONED = re.compile("|".join(_TONE_PLACED))
_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
_SPACELESS = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff]")
# Digits and signs that replace letters inside a Latin word.
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
_BURMESE_DROPPED = {
    chr(code): "" for code in (*range(0x1031, 0x1033), *range(0x1036, 0x1038), *range(0x1039, 0x103F), 0x1064)
}
_BURMESE_SAME = {
    "\u102b": "\u102c", "\u1033": "\u102f", "\u1034": "\u1030", "\u1025": "\u1009", "\u106a": "\u1009", "\u106b": "\u100a",
    "\u108f": "\u1014", "\u1090": "\u101b", "\u1088": "\u102f", "\u1089": "\u1030", "\u108b": "\u102d", "\u108e": "\u102d",
    "\u108c": "\u102e", "\u1086": "\u101e\u101e", "\u103f": "\u101e\u101e", "\u105a": "\u102c", "\u1060": "\u1000",
    "\u1061": "\u1001", "\u1062": "\u1002", "\u1063": "\u1003", "\u1065": "\u1005", "\u1066": "\u1006", "\u1067": "\u1006",
    "\u1068": "\u1007", "\u1069": "\u1008", "\u106c": "\u100b", "\u106d": "\u100c", "\u1070": "\u100f", "\u1071": "\u1010",
    "\u1072": "\u1010", "\u1073": "\u1011", "\u1074": "\u1011", "\u1075": "\u1012", "\u1076": "\u1013", "\u1077": "\u1014",
    "\u1078": "\u1015", "\u1079": "\u1016", "\u107a": "\u1017", "\u107b": "\u1018", "\u107c": "\u1019", "\u1085": "\u101c",
    "\u1093": "\u1018", **dict.fromkeys("\u107d\u107e\u107f\u1080\u1081\u1082\u1083\u1084\u1087\u108a\u108d\u1094\u1095", ""),
}  # fmt: skip
_BURMESE = str.maketrans({**_BURMESE_DROPPED, **_BURMESE_SAME})


@dataclass(frozen=True, slots=True)
class AdvertText:
    """A normalised text. Letter `i` of `text` came from `source[starts[i]:ends[i]]`; `whole` where all of it
    was read.
    """

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    whole: bool

    def find_source_span(self, start: int, end: int) -> Span:
        """The position in the source of a range of `text`, without spaces at its ends."""
        while start < end - 1 and self.text[start].isspace():
            start += 1
        while end - 1 > start and self.text[end - 1].isspace():
            end -= 1
        return self.starts[start], max(self.ends[start:end])

    def has_space_within(self, start: int, end: int) -> bool:
        """Whether the source has a space inside a range of `text` whose script has none: there a space ends a clause."""
        return any(
            self.starts[at + 1] > self.ends[at] and self.source[self.ends[at] : self.starts[at + 1]].isspace()
            for at in range(start, min(end, len(self.text) - 1))
            if _SPACELESS.match(self.text[at])
        )

    def restore_marks(self, start: int, end: int) -> str:
        """A range of `text` with the accents that it had in the source, of the same length."""
        letters = []
        for at in range(start, end):
            written = compose_marks(self.source[self.starts[at] : self.ends[at]])
            same = len(written) == 1 and _folded_unit(written) == self.text[at]
            letters.append(written if same else self.text[at])
        return place_tone("".join(letters))


def normalise_advert_text(source: str) -> AdvertText:
    """Normalise a text; raises nothing, whatever it holds."""
    letters, starts, ends = [], [], []
    for piece, start, end in _iter_pieces(source):
        for letter in piece:
            letters.append(letter)
            starts.append(start)
            ends.append(end)
    kept = _choose_kept_letters(letters)
    text = "".join(letters[at] for at in kept)
    return AdvertText(
        source,
        _undo_leet(text),
        tuple(starts[at] for at in kept),
        tuple(ends[at] for at in kept),
        len(source) <= LONGEST,
    )


def fold_words(text: str) -> str:
    """Words of a lexicon, normalised as texts are."""
    return normalise_advert_text(text).text


def compose_marks(text: str) -> str:
    """Lower case in composed form (NFC): each letter with its accent is one code point."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text)).casefold()


def place_tone(text: str) -> str:
    """Vietnamese with tones on the first of two vowels (hoà and hòa are both written). The length stays."""
    return _TONED.sub(lambda found: _TONE_PLACED[found[0]], text)


def _iter_pieces(source: str) -> Iterator[tuple[str, int, int]]:
    for begin, stop in _split_long_text(len(source)):
        at = begin
        for found in _OTHER.finditer(source, begin, stop):
            yield from _iter_units(source, at, found.start())
            yield from _iter_decoded(found)
            at = found.end()
        yield from _iter_units(source, at, stop)


def _split_long_text(length: int) -> tuple[Span, ...]:
    if length <= LONGEST:
        return ((0, length),)
    return ((0, LONGEST // 2), (length - LONGEST // 2, length))


def _iter_units(source: str, start: int, stop: int) -> Iterator[tuple[str, int, int]]:
    for found in _UNIT.finditer(source, start, stop):
        yield _folded_unit(found[0]), found.start(), found.end()


def _iter_decoded(run_match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """The text of a tag, an entity or a run of base64, each letter with the position of the whole run."""
    run = run_match[0]
    if run.startswith("<"):
        yield "\n" if re.match(r"<(/?(p|div|li)|br)\b", run, re.I) else "", run_match.start(), run_match.end()
    elif run.startswith("&"):
        yield folded_plain(html.unescape(run)), run_match.start(), run_match.end()
    else:
        yield folded_plain(_decode_base64(run)), run_match.start(), run_match.end()


def _decode_base64(run: str) -> str:
    try:
        said = base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode("utf-8")
    except ValueError:
        # No base64 after all, or none of a text: binascii.Error and UnicodeDecodeError are both of this kind.
        return run
    return f"\n{said}\n" if said.isprintable() or "\n" in said else run


def folded_plain(text: str) -> str:
    """A text folded unit by unit; tags are not decoded."""
    return "".join(_folded_unit(found[0]) for found in _UNIT.finditer(text))


# Units of a language are few: nearly every letter of a run is a hit.
@lru_cache(maxsize=50_000)
def _folded_unit(unit: str) -> str:
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", unit)).casefold()
    if text.isascii():
        return "\n" if text in "\r\n" and text else " " if text.isspace() else text
    text = unicodedata.normalize("NFKC", text).translate(THAI_DIGITS).translate(LIKE_LATIN)
    if "\u0e01" <= text[:1] <= "\u0e5b":
        return _TONE_FIRST.sub(r"\2\1", text)
    if "\u1000" <= text[:1] <= "\u109f":
        text = text.translate(_BURMESE)
    return "".join(
        map(_to_plain_letter, _LATIN_MARKS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d"))
    )


def _to_plain_letter(letter: str) -> str:
    if letter.isspace():
        return "\n" if letter in "\u2028\u2029\u0085" else " "
    digit = unicodedata.digit(letter, None)
    return str(digit) if digit is not None else _load_simplified_han().get(letter, letter)


def _choose_kept_letters(letters: list[str]) -> list[int]:
    """Positions of letters that stay: one space for several and none in scripts without spaces; no letter
    more than twice in a row.
    """
    kept: list[int] = []
    before = after = ""
    spaces = -1
    for at, letter in enumerate(letters):
        if letter == " ":
            spaces = at if spaces < 0 else spaces
            continue
        if spaces >= 0:
            if before and not (_SPACELESS.match(before) and _SPACELESS.match(letter)):
                kept.append(spaces)
                after = ""
            spaces = -1
        # Letters are repeated to hide a word (jooob).
        if letter == before == after and letter.isalpha():
            continue
        before, after = letter, before
        kept.append(at)
    return kept


def _undo_leet(text: str) -> str:
    """Digits inside Latin words replaced by the letters they stand for."""
    return re.sub(r"(?<=[a-z])[013457@$](?=[a-z])", lambda found: _LEET[found[0]], text)


@cache
def _load_simplified_han() -> dict[str, str]:
    lines = (
        resources.files("warroom.subjects.names.readings").joinpath("han.tsv").read_text("utf-8").splitlines()
    )
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows if row[0] != row[1]}


__all__ = [
    "LONGEST",
    "AdvertText",
    "Span",
    "compose_marks",
    "fold_words",
    "normalise_advert_text",
    "place_tone",
]
