"""Flags of a message with the words that show each: from word lists in nine languages, links and numbers."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

from warroom.signals.addresses.addresses import Address, iter_addresses
from warroom.signals.addresses.known import CHAT, CHEAP, OTHER, OWN, SHARED, SHORT, classify_host
from warroom.signals.addresses.named import find_copied_link, is_elsewhere
from warroom.signals.messages.normal import NormalisedMessage

FOR, AGAINST, NEITHER = "for", "against", "neither"
_WORD = re.compile(r"[a-z0-9]")
DISGUISE = "disguise"
LOOK_ALIKE = "look_alike_link"
DOUBLED = "two_letters_for_one"
NUMERIC = "numeric_link"
ELSEWHERE = "elsewhere_link"
APK = "apk_link"
STRUCTURES = (
    "sender_demand",
    "sender_channel",
    "sender_gain",
    "demand_channel",
    "demand_gain",
    "channel_gain",
)
"""Pairs of weaker marks (`decisive.list_structures`): features of the model, never a reason of their own."""
LINK_SIGNS = {
    SHORT: "short_link",
    CHAT: "chat_link",
    OWN: "own_link",
    SHARED: "shared_link",
    CHEAP: "cheap_link",
    OTHER: "other_link",
}
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("premium_code", re.compile(r"(?<![\d*])\*?\d{3,4}(?:\*\d{1,6}){0,4}#")),
    ("premium_price", re.compile(r"\d{1,2} ?(?:บ|บาท|b|baht)\.?/ ?(?:sms|ขค|ข้อความ|วัน|msg)")),
    ("chat_id", re.compile(r"(?<![\w.])@[a-z0-9_.-]{3,24}|\b(?:id|ไอดี)\s?[:：]\s?[\w@.-]{3,24}")),
    ("phone", re.compile(r"(?<![\d.x*])(?:\+?66|0)[ -]?\d(?:[ -]?\d){7,8}(?!\d)")),
    ("code", re.compile(r"(?<![\d.,/:*-])\d{4,8}(?![\d.,/:*-])|(?<!\d)\d{3} \d{3}(?!\d)")),
    ("amount", re.compile(r"(?:[฿$£€₫]|thb|rs\.?) ?\d[\d,.]*|\d[\d,]{0,40}+(?:\.\d{1,40}+)?+ ?(?:บาท|บ\.|฿|baht|thb|元|泰铢|usdt|đ|vnd)")),
    ("masked_account", re.compile(r"(?<!\w)x{1,8}[-\d]{2,8}|\d{2,4}x{2,8}\d{0,4}")),
    ("shouting", re.compile(r"[!！]{2,}|[🎉🎁🎰💰🔥♥💵🤑🏆⚡]")),
)  # fmt: skip
_MEANS = {
    "own_link": AGAINST,
    "other_link": NEITHER,
    "shared_link": NEITHER,
    "code": AGAINST,
    "amount": NEITHER,
    "masked_account": AGAINST,
    "phone": NEITHER,
    DOUBLED: NEITHER,
    "shouting": NEITHER,
    "premium_price": AGAINST,
    **dict.fromkeys(STRUCTURES, NEITHER),
}


@dataclass(frozen=True, slots=True)
class MessageSign:
    """A sign of the word lists. `of`: the type of scam it points to, empty for none; `direction`: FOR, AGAINST or NEITHER."""

    id: str
    of: str
    direction: str
    words: tuple[str, ...]


class SignMatch(NamedTuple):
    """A flag in a message and the position of the letters that show it, in the normalised text."""

    sign: str
    start: int
    end: int


@cache
def load_message_signs() -> tuple[MessageSign, ...]:
    """The word lists, in the order of the file."""
    text = resources.files(__package__).joinpath("flags.toml").read_text(encoding="utf-8")
    return tuple(_to_sign(name, said) for name, said in tomllib.loads(text).items())


def _to_sign(name: str, said: dict[str, str | list[str]]) -> MessageSign:
    words = [word for value in said.values() if isinstance(value, list) for word in value]
    return MessageSign(
        name, str(said.get("of", "")), str(said.get("signs", FOR)), tuple(dict.fromkeys(words))
    )


@cache
def list_sign_names() -> tuple[str, ...]:
    """All flags in the order of the model's features. None is a nationality, an ethnicity or a language."""
    shapes = (name for name, _ in _SHAPES)
    return (
        *(word_list.id for word_list in load_message_signs()),
        *LINK_SIGNS.values(),
        NUMERIC,
        LOOK_ALIKE,
        ELSEWHERE,
        APK,
        *shapes,
        DISGUISE,
        DOUBLED,
        *STRUCTURES,
    )


@cache
def map_sign_directions() -> dict[str, str]:
    """By flag: FOR a scam, AGAINST one, or NEITHER."""
    return {name: _MEANS.get(name, FOR) for name in list_sign_names()} | {
        each.id: each.direction for each in load_message_signs()
    }


def find_message_signs(message: NormalisedMessage) -> list[SignMatch]:
    """Every flag of a message, once for each position."""
    text = message.text
    links = list(iter_addresses(text))
    return [
        *_iter_word_signs(text),
        *_iter_link_signs(links, message),
        *_iter_shape_signs(text, links),
        *_iter_disguises(message),
    ]


def _iter_word_signs(text: str) -> Iterator[SignMatch]:
    for each in load_message_signs():
        for word in each.words:
            if word in text:
                yield from (SignMatch(each.id, *span) for span in iter_word_places(word, text))


def iter_word_places(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Positions of a word in a text; Latin letters and digits match only as a whole word."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        whole = not (_WORD.match(word[0]) and at and _WORD.match(text[at - 1]))
        if whole and not (_WORD.match(word[-1]) and end < len(text) and _WORD.match(text[end])):
            yield at, end
        at = text.find(word, end)


def _iter_link_signs(links: list[Address], message: NormalisedMessage) -> Iterator[SignMatch]:
    for link in links:
        # Look-alike letters were folded with the text, so a host with altered ones is not the site it
        # reads as; nor is a user name before an @.
        pretends = bool(link.user) or any(place in message.altered for place in range(*link.named))
        kind = "" if link.numeric else classify_host(link.host)
        # A bank's own site speaks against a scam; a host that only looks like it must not.
        name = NUMERIC if link.numeric else LINK_SIGNS[OTHER if pretends and kind == OWN else kind]
        yield SignMatch(name, link.start, link.end)
        if pretends or find_copied_link(link, message.text):
            yield SignMatch(LOOK_ALIKE, link.start, link.end)
        elif is_elsewhere(link, message.text):
            yield SignMatch(ELSEWHERE, link.start, link.end)
        if ".apk" in link.path and kind != OWN:
            yield SignMatch(APK, link.start, link.end)


def _iter_shape_signs(text: str, links: list[Address]) -> Iterator[SignMatch]:
    inside = [(link.start, link.end) for link in links]
    for name, shape in _SHAPES:
        for found in shape.finditer(text):
            # A number in an address is part of the address.
            if not any(start <= found.start() < end for start, end in inside):
                yield SignMatch(name, *found.span())


def _iter_disguises(message: NormalisedMessage) -> Iterator[SignMatch]:
    yield from (SignMatch(DISGUISE, start, end) for start, end in message.disguised)
    yield from (SignMatch(DOUBLED, at, at + 1) for at in message.doubled)
