"""Burmese typed for the Zawgyi font, which stores letters in the order they are drawn: found, and put into Unicode's order."""

import re

# What Unicode never writes: the vowel ေ before its consonant, the font's own shapes, an asat sign where Unicode has a stack.
_ZAWGYI = re.compile(
    "(^|[\\s\u1037-\u103a])\u1031|[\u1060-\u1097]|\u1039(?![\u1000-\u1021])|\u103a[\u102d-\u1030\u1036]|\u103b[\u1000-\u1021]\u1039"
    "|(^|\\s)\u103b"
)
_STACKED = "\u1000\u1001\u1002\u1003 \u1005\u1006\u1006\u1007\u1008"
_SHAPES: dict[str, str] = {
    "\u1039": "\u103a",
    "\u103a": "\u103b",
    "\u107d": "\u103b",
    "\u103b": "\u103c",
    **{chr(code): "\u103c" for code in range(0x107E, 0x1085)},
    "\u103c": "\u103d",
    "\u103d": "\u103e",
    "\u1087": "\u103e",
    "\u1088": "\u103e\u102f",
    "\u1089": "\u103e\u1030",
    "\u108a": "\u103d\u103e",
    "\u1033": "\u102f",
    "\u1034": "\u1030",
    "\u1094": "\u1037",
    "\u1095": "\u1037",
    "\u108b": "\u1004\u103a\u1039\u102d",
    "\u108e": "\u102d\u1036",
    "\u105a": "\u102b\u103a",
    "\u106a": "\u1009",
    "\u106b": "\u100a",
    "\u108f": "\u1014",
    "\u1090": "\u101b",
    "\u1086": "\u103f",
    **{chr(0x1060 + n): "\u1039" + letter for n, letter in enumerate(_STACKED) if letter != " "},
    **{chr(0x106C + n): "\u1039" + letter for n, letter in enumerate("\u100b\u100c")},
    **{chr(0x1070 + n): "\u1039" + letter for n, letter in enumerate("\u100f\u1010\u1010\u1011\u1011\u1012\u1013\u1014\u1015\u1016\u1017\u1018\u1019")},
    "\u1093": "\u1039\u1018",
}  # fmt: skip
_TABLE = str.maketrans(_SHAPES)
_HEAD = re.compile("(\u1031?)(\u103c?)([\u1000-\u1021\u103f])(\u1039[\u1000-\u1021])?([\u103b-\u103e]*)")
_KINZI = re.compile("([\u1000-\u1021])\u1064")


def is_like_zawgyi(text: str) -> bool:
    """Whether Burmese in a text was typed for Zawgyi."""
    return any("\u1000" <= letter <= "\u109f" for letter in text) and bool(_ZAWGYI.search(text))


def convert_zawgyi(text: str) -> str:
    """Text typed for Zawgyi in Unicode's letters and order."""
    # U+FFFF and U+FFFE hold the place of two signs meanwhile: the table would translate these a second time.
    text = _KINZI.sub("\u1004\uffff\u1039\uffff\\1", text).replace("\u1039\uffff", "\ufffe")
    text = text.translate(_TABLE).replace("\uffff", "\u103a").replace("\ufffe", "\u1039")
    return _HEAD.sub(_reorder_vowel, text)


def _reorder_vowel(found: re.Match[str]) -> str:
    vowel, yit, letter, stacked, medials = (part or "" for part in found.groups())
    return letter + stacked + "".join(sorted(yit + medials)) + vowel
