"""A page in one language holds nothing of the other but what people wrote and codes."""

import re
from collections.abc import Iterable
from html import unescape

from tests.web.conftest import Visitor

# Names, codes and units that stand as they are in both languages.
PLAIN = re.compile(
    r"warroom[a-z -]*FILE[^<]*|warroom|English|Asia/Bangkok|Enter|Tab|Esc|SHA|MiB|FILE|Python|verify\.py|[A-Z]-\d+|\b[A-Z]+\d*\b"
    r"|WR\w+|\b[0-9a-f]{16,}…?|(?:\b[0-9A-F]{4}\b ?){4,}|\b[jkx]\b|text/plain|\b[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\b"
)


def says_why(visitor: Visitor, purpose: str = "asset") -> Visitor:
    """Who neither works at the desk nor has worked on the case states why before it opens."""
    if 'action="/cases/C-1/purpose"' in visitor.get("/cases/C-1").text:
        visitor.post(
            "/cases/C-1", "/cases/C-1/purpose", purpose=purpose, text="to find and keep what is left"
        )
    return visitor


def text(page: str) -> str:
    """What a reader reads."""
    return unescape(re.sub(r"<[^>]+>", " ", page))


def whole_in_both(visitor: Visitor, paths: Iterable[str], *said: str) -> None:
    """Every page in Thai without English, in English without Thai; `said` are words that people wrote."""
    for path in paths:
        thai = _body(visitor.page(path, "th"))
        left = PLAIN.sub(" ", re.sub("|".join(map(re.escape, (*said, "hotline"))), " ", thai))
        assert re.findall(r"[A-Za-z]{3,}", left) == [], path
        english = _body(visitor.page(path, "en")).replace("ไทย", "")
        assert re.findall(r"[\u0e00-\u0e7f]+", english) == [], path


def _body(page: str) -> str:
    body = page.partition("<body")[2]
    body = re.sub(r"<code.*?</code>", " ", body, flags=re.DOTALL)
    labels = " ".join(re.findall(r'(?:aria-label|placeholder|data-of)="([^"]*)"', body))
    people = r"\b(?:Ines|Sup|Kim|Pros|Com|Kan|Boon|Anna|ines|sup|kim|pros|com|kan|boon|anna)\b"
    return re.sub(people, " ", f"{text(body)} {unescape(labels)}")
