"""Lao: nearly every vowel is written, so a syllable is read as it stands. Spelled as in Lao passports, without tones."""

import re

from warroom.subjects.names.tables import map_letters

_ONSETS = map_letters(
    "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮໜໝ", "k kh kh ng ch s x ny d t th th n b p ph f ph f m y r l v h  h n m"
)
_FINALS = map_letters("ກງຈສຊຍດຕທນບປພມຣລວ", "k ng t t t y t t t n p p p m n n o")
_VOWELS = {
    ("", ""): "o",
    ("", "ະ"): "a",
    ("", "ັ"): "a",
    ("", "າ"): "a",
    ("", "ິ"): "i",
    ("", "ີ"): "i",
    ("", "ຶ"): "ue",
    ("", "ື"): "ue",
    ("", "ຸ"): "ou",
    ("", "ູ"): "ou",
    ("", "ົ"): "o",
    ("", "ໍ"): "o",
    ("", "ອ"): "o",
    ("", "ັອ"): "o",
    ("", "ວ"): "oua",
    ("", "ົວ"): "oua",
    ("", "ັວ"): "oua",
    ("", "ຽ"): "ia",
    ("", "ຳ"): "am",
    ("", "ໍາ"): "am",
    ("ເ", ""): "e",
    ("ເ", "ະ"): "e",
    ("ເ", "ັ"): "e",
    ("ເ", "ິ"): "oe",
    ("ເ", "ີ"): "oe",
    ("ເ", "ຍ"): "ia",
    ("ເ", "ັຍ"): "ia",
    ("ເ", "ືອ"): "eua",
    ("ເ", "ຶອ"): "eua",
    ("ເ", "ົາ"): "ao",
    ("ເ", "າະ"): "o",
    ("ແ", ""): "ae",
    ("ແ", "ະ"): "ae",
    ("ແ", "ັ"): "ae",
    ("ໂ", ""): "o",
    ("ໂ", "ະ"): "o",
    ("ໄ", ""): "ai",
    ("ໃ", ""): "ai",
    ("ໄ", "ຍ"): "ai",
}
# The longest first: a short vowel sign is the beginning of longer ones.
_BEHIND = "|".join(sorted({v for _, v in _VOWELS if v}, key=len, reverse=True))
_SIGNS = "ະັາິີຶືຸູົໍຽຳ"
_SYLLABLE = re.compile(
    rf"([ເແໂໄໃ]?)(ຫ(?=[ງຍນມລຣວ][{_SIGNS}ອວ])|)([ກ-ຮໜໝ])([ຼຣລ](?=[{_SIGNS}ອ])|(?<=[ກຂຄ])ວ(?=[{_SIGNS}])|)"
    rf"((?:{_BEHIND})?)([ກງຈສຊຍດຕທນບປພມຣລວ](?![{_SIGNS}ຼ])(?!ອ[ກງດນບມຍ]))?"
)
_TONES = re.compile("[່້໊໋]")


def read_lao(word: str) -> str:
    """A word in Latin letters; what is no syllable is left out."""
    plain = re.sub(".[໌]", "", _TONES.sub("", word)).replace("ໍາ", "ຳ")
    return "".join(_read_syllable(found) for found in _SYLLABLE.finditer(plain))


def _read_syllable(found: re.Match[str]) -> str:
    before, _, onset, second, behind, final = (part or "" for part in found.groups())
    if before and behind == "ວ":
        behind, final = "", "ວ"
    vowel = _VOWELS.get((before, behind)) or _VOWELS.get((before, "")) or "a"
    middle = {"ວ": "w", "ຣ": "r", "ລ": "l", "ຼ": "l"}.get(second, "")
    return _ONSETS.get(onset, "") + middle + vowel + _FINALS.get(final, "")
