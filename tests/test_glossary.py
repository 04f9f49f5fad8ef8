"""One word for one thing: no page and no sentence says a word that the glossary has withdrawn, in either language."""

import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import pofile

import warroom

SOURCE = Path(warroom.__file__).parent
CATALOG = SOURCE / "locale" / "th" / "LC_MESSAGES" / "warroom.po"
HOLES = re.compile(r"%\(\w+\)s|\{[^}]*\}|'warroom [^']*'")
"""What fills a sentence, and commands, which are typed as they are."""
KEPT = "Lifted by the partner itself."
"""Rows of the ledger hold this sentence and are found by its words; the pages say it again in Thai alone."""
WITHDRAWN = {
    "en": re.compile(
        r"\bMatter\b|on the table|Decide or go on|[Bb](?:reak|roke|roken)\b.*\bglass|What came of it|\b[Rr]uns? out\b"
        r"|clock struck|\b[Ee]xit(?:s|ed)\b|still reachable|Another kind of fraud|is like this now"
        r"|has not said whether|[Ss]uspend (?:the|an|this) account|\b[Ll]aps(?:e|es|ed|ing)\b|\b[Ll]ift(?:s|ed|ing)?\b"
    ),
    "th": re.compile(r"อนุมัติระงับ.*บัญชี|เสนออายัด|คำสั่งอายัด(?!ทรัพย์)|ผู้ถือบัญชี|hotline|officer"),
}
IDIOMS = {
    "en": re.compile(
        r"\b[Ww]hoever\b|\b(?:is|are|been|was|were) told\b|\b[Aa]new\b|in a moment|no longer possible|Answer 4\d\d|Answer %"
        r"|\bstands?\b|\bcomes? to\b|\bOne with\b|\b(?:is|are) one with\b|\b(?:lies|lay)\b(?! \w+ing)|\bby hand\b|what (?:became|came) of|\blet go\b"
        r"|\bhangs?\b(?! up)|behind (?:the|a) wall|\bhears? of\b|gives? (?:the money )?free|took no part|\bmend\b"
    ),
    "th": re.compile("หลังกำแพง|สายเงิน|แฟ้ม|ปล่อยเงิน|ทำสิ่งนี้ไม่ได้แล้ว|ผู้บังคับบัญชา"),
}
"""What an officer, a bank's clerk or a frightened person would not say: each has a plain word."""
SPOKEN = ("survivors/screening.toml",)
"""Questions are asked in everyday words."""
# A freeze is a court's or the board's over assets, and of nothing else.
FREEZE = re.compile("อายัด")
FREEZES = re.compile("ทรัพย์|ยึด|ศาล|freez|frozen|กฎหมาย|Frozen|seiz")
ELSEWHERE = ("records",)
"""What sources call their columns is no word of the house."""


def pages() -> Iterator[tuple[str, str, str]]:
    """Where, in English and in Thai, of every sentence of the pages."""
    for message in pofile.read_po(io.BytesIO(CATALOG.read_bytes())):
        if message.id:
            english = message.id if isinstance(message.id, str) else " ".join(message.id)
            thai = message.string if isinstance(message.string, str) else " ".join(message.string)
            yield "page", english, thai


def declared() -> Iterator[tuple[str, str, str]]:
    """The same of every sentence that a file of words or sentences declares in both languages."""
    for file in sorted(SOURCE.rglob("*.toml")):
        if file.relative_to(SOURCE).parts[0] not in ELSEWHERE:
            for english, thai in both(tomllib.loads(file.read_text("utf-8"))):
                yield str(file.relative_to(SOURCE)), english, thai


def public() -> Iterator[tuple[str, str, str]]:
    """The same of the public pages, whose words lie in a file a language."""
    english, thai = (
        tomllib.loads((SOURCE / "web/public/words" / f"{language}.toml").read_text("utf-8"))
        for language in ("en", "th")
    )
    for group, words in english.items():
        if isinstance(words, dict):
            yield from (
                (f"{group}.{name}", str(text), str(thai[group].get(name, ""))) for name, text in words.items()
            )


def both(said: Any) -> Iterator[tuple[str, str]]:
    if isinstance(said, dict):
        if isinstance(said.get("en"), str) and isinstance(said.get("th"), str):
            yield said["en"], said["th"]
        else:
            for one in said.values():
                yield from both(one)
    elif isinstance(said, list):
        for one in said:
            yield from both(one)


def test_no_withdrawn_word_is_left() -> None:
    found = [
        (where, said)
        for where, english, thai in (*pages(), *declared())
        for language, said in (("en", english), ("th", thai))
        if said != KEPT and WITHDRAWN[language].search(HOLES.sub("", said))
    ]
    assert found == []


def test_sentences_are_said_as_people_of_the_field_say_them() -> None:
    found = [
        (where, said)
        for where, english, thai in (*pages(), *declared(), *public())
        for language, said in (("en", english), ("th", thai))
        if where not in SPOKEN and said != KEPT and IDIOMS[language].search(HOLES.sub("", said))
    ]
    assert found == []


def test_money_is_held_and_only_assets_are_frozen() -> None:
    found = [
        (where, thai)
        for where, english, thai in (*pages(), *declared())
        if FREEZE.search(thai) and not FREEZES.search(thai + english)
    ]
    assert found == []
