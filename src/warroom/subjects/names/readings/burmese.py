"""Burmese: syllables as people's names are spelled in Latin letters (အောင် Aung, ကြည် Kyi), without tones."""

import re

from warroom.subjects.names.tables import map_letters

_ONSETS = map_letters(
    "ကခဂဃငစဆဇဈဉညဋဌဍဎဏတထဒဓနပဖဗဘမယရလဝသဟဠအ",
    "k kh g g ng s s z z ny ny t t d d n t t d d n p ph b b m y y l w th h l ",
)
_OPEN = {
    "": "a",
    "ာ": "a",
    "ိ": "i",
    "ီ": "i",
    "ု": "u",
    "ူ": "u",
    "ေ": "e",
    "ဲ": "e",
    "ော": "aw",
    "ို": "o",
    "ံ": "an",
    "ုံ": "on",
    "ိံ": "ein",
}
_CLOSED = {
    "": {
        "က": "et",
        "င": "in",
        "စ": "it",
        "ည": "i",
        "ဉ": "in",
        "တ": "at",
        "န": "an",
        "ပ": "at",
        "မ": "an",
        "ယ": "e",
        "ဏ": "an",
        "သ": "at",
        "လ": "al",
    },
    "ော": {"က": "auk", "င": "aung", "": "aw"},
    "ို": {"က": "aik", "င": "aing", "ယ": "o", "လ": "o"},
    "ု": {"တ": "ut", "ပ": "ut", "န": "un", "မ": "un", "က": "ok", "ဏ": "un", "လ": "u", "သ": "ut"},
    "ိ": {"င": "eing", "တ": "eik", "ပ": "eik", "န": "ein", "မ": "ein", "က": "eik", "သ": "eik", "လ": "ein"},
    "ာ": {"က": "at", "တ": "at", "န": "an", "မ": "an", "ဏ": "an", "ရ": "a", "ဇ": "at", "သ": "at"},
    "ွ": {"တ": "ut", "န": "un", "ပ": "ut", "မ": "un", "က": "wet", "င": "win", "ယ": "we"},
    "ေ": {"": "e", "တ": "it", "န": "in"},
    "ီ": {"": "i", "လ": "i"},
    "ူ": {"": "u", "လ": "u", "တ": "ut"},
}
_ALONE = {
    "ဣ": "i",
    "ဤ": "i",
    "ဥ": "u",
    "ဦ": "u",
    "ဧ": "e",
    "ဩ": "aw",
    "ဪ": "aw",
    "ဨ": "e",
    "ဿ": "tha",
    "၏": "i",
    "ဥူ": "u",
}
_SYLLABLE = re.compile("([က-အဿဣ-ဪ])([ျြွှ]*)([ိီုူေဲာါံ]*)((?:[က-အ](?=[့း]*်|္)))?(်?့?)")


# Older spellings that families keep: most names were spelled before there was any scheme.
_SPELLED_ALSO = {
    "a": ("ar",),
    "e": ("ay", "aye", "ae"),
    "o": ("oe",),
    "aing": ("ine", "ai"),
    "un": ("ohn", "oon", "one", "unt"),
    "on": ("one", "oun", "ohn"),
    "ein": ("ain", "eint"),
    "i": ("ee", "ae", "yi"),
    "et": ("at",),
    "an": ("am", "ant"),
    "u": ("oo",),
    "aw": ("awt", "or"),
    "aik": ("ike",),
    "auk": ("ouk",),
}


# A stop below a nasal is heard with the voice, and most spell it so: သန္တာ Thandar.
_BELOW_NASAL = re.compile("([ငဉဏနမ])်?္$")
_VOICES = {"က": "ဂ", "စ": "ဇ", "တ": "ဒ", "ပ": "ဗ", "ဋ": "ဒ"}


def read_burmese(word: str) -> list[tuple[str, tuple[str, ...]]]:
    """The syllables of a word, each as written and as it may be spelled in Latin letters, the usual way first."""
    # Two ways to encode one sign become one, and signs are put in the order that the pattern expects.
    plain = word.replace("ါ", "ာ").replace("ဥ်", "ဉ်").replace("\u1037\u103a", "\u103a\u1037")
    plain = plain.replace("ော်", "ော").replace("ုိ", "ို").replace("ဋ်", "တ်").replace("ံု", "ုံ").replace("ဥ္", "ဉ္")
    parts = [
        (match[0], _read_syllable(match, _BELOW_NASAL.search(plain, 0, match.start())))
        for match in _SYLLABLE.finditer(plain)
    ]
    return [
        (text, _with_other_onsets(text, _syllable_spellings(spelling)))
        for text, spelling in parts
        if spelling
    ]


def _with_other_onsets(text: str, spelled: tuple[str, ...]) -> tuple[str, ...]:
    """ရ is y in most names and r in those from Pali (Thura), ဘ b or ph (Ba, Phone)."""
    for letter, usual, other in (("ရ", "y", "r"), ("ဘ", "b", "ph")):
        if text[0] == letter and spelled[0].startswith(usual):
            return (
                spelled[0],
                other + spelled[0][1:],
                *spelled[1:],
                *(other + more[1:] for more in spelled[1:]),
            )
    return spelled


def _syllable_spellings(spelling: str) -> tuple[str, ...]:
    for rhyme, others in _SPELLED_ALSO.items():
        if spelling.endswith(rhyme) and spelling[: -len(rhyme)].rstrip("aeiou") == spelling[: -len(rhyme)]:
            return (spelling, *(spelling[: -len(rhyme)] + other for other in others))
    return (spelling,)


def _read_syllable(syllable_match: re.Match[str], below_nasal: re.Match[str] | None) -> str:
    onset, medials, vowel, final, tone = (part or "" for part in syllable_match.groups())
    onset = _VOICES.get(onset, onset) if below_nasal else onset
    if below_nasal and below_nasal[1] + onset == "ငဂ":
        onset = "အ"  # ng and g are one sound: သိင်္ဂီ Theingi
    if onset in _ALONE:
        rhyme = _CLOSED["ိ"] if onset == "ဣ" else _CLOSED["ု"]
        return rhyme.get(final, _ALONE[onset]) if final else _ALONE[onset]
    spelled = _read_onset(onset, medials.replace("ွ", ""))
    if "ွ" in medials and not (vowel == "" and final in _CLOSED["ွ"]):
        spelled += "w"
    # အ has no sound of its own, so that nothing may have been said yet: အွန် Un.
    spelled += _read_rhyme("ွ" if "ွ" in medials and not spelled.endswith("w") else vowel, final)
    # The short tone after a nasal is spelled as a t: မြင့် Myint.
    return spelled + "t" if "့" in tone and spelled.endswith("n") else spelled


def _read_rhyme(vowel: str, final: str) -> str:
    if not final:
        return _OPEN.get(vowel, "a")
    return _CLOSED.get(vowel, {}).get(final) or _OPEN.get(vowel, "a") + {"င": "ng", "န": "n", "မ": "n"}.get(
        final, "t"
    )


def _read_onset(letter: str, medials: str) -> str:
    plain = _ONSETS[letter]
    palatal = "ျ" in medials or "ြ" in medials
    if letter == "ရ" and "ှ" in medials:
        return "sh"
    if letter in ("သ", "လ") and palatal and "ှ" in medials:
        return "sh"
    if palatal:
        usual = plain if plain.endswith("y") else plain + ("r" if letter in "တဒဓ" and "ြ" in medials else "y")
        plain = {"ခ": "ch", "ဂ": "gy", "က": "ky", "င": "ny"}.get(letter, usual)
    return "h" + plain if "ှ" in medials else plain
