"""'Leaves' is said of money alone: an order, a message or an action goes out. Else a held row that waits for its order
reads as if its money were leaving.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from warroom.sentences import catalogue

ROOT = Path(__file__).parents[1] / "src/warroom"
SENT = r"orders?|messages?|requests?|reminders?|actions?|alerts?|letters?|notices?|everything|nothing of|its?"
LEAVES = re.compile(
    rf"\b(?:{SENT})\b[^.;:,]*\b(?:leaves|is leaving|(?:has|have|had)(?: not)? left|left already)\b|\bas it left\b|\buntil it has left\b",
    re.IGNORECASE,
)
GOES = re.compile(
    r"(?:คำสั่ง|คำขอ|หนังสือ|มาตรการ)[^ ]{0,24}?(?<!ส่ง)(?<!ขา)(?<!ผู้)(?:จะ|ยังไม่)?ออก(?:ไป|แล้ว|จากเครื่อง)"
)
MONEY = re.compile(r"\b(?:money|baht|amounts?|accounts?)\b|\{sum\}|%\((?:sum|leaves)\)s", re.IGNORECASE)


def iter_texts() -> Iterator[str]:
    """Every text of the program, in both languages."""
    for path in sorted(ROOT.rglob("*.toml")):
        yield from re.findall(r'"((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8"))
    with (ROOT / "locale/th/LC_MESSAGES/warroom.po").open(encoding="utf-8") as lines:
        for message in read_po(lines):
            for texts in (message.id, message.string):
                yield from [texts] if isinstance(texts, str) else texts


def test_leaves_is_said_of_money_alone() -> None:
    texts = list(iter_texts())
    assert len(texts) > 5_000
    wrong = [text for text in texts if (LEAVES.search(text) and not MONEY.search(text)) or GOES.search(text)]
    assert wrong == []


def test_the_rule_knows_the_sentences_that_were_wrong() -> None:
    for text in ("The order has left for B01.", "Withdraw it before it leaves", "a message as it left"):
        assert LEAVES.search(text), text
    assert GOES.search("คำสั่งออกไปถึงธนาคารแล้ว")
    assert catalogue.find_word("queue.later", "still", "th")
