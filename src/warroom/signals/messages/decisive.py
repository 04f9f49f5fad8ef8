"""Marks that decide alone, and pairs of weaker ones: what a message asks for, whatever its other words.

A warning, or somebody who tells what a stranger asked of him, holds the same words: there nothing decides alone.
"""

import re
from collections.abc import Collection, Sequence
from itertools import combinations

from warroom.signals.messages.signs import APK, LOOK_ALIKE, SignMatch

MONEY = frozenset({"amount", "pay_first", "safe_account", "bail", "opener", "gift_codes", "loan"})
"""Signs of money asked for: a secret with one of them decides."""
AGENCY = frozenset({"agency", "threat"})
ALONE = frozenset({"safe_account", "sell_account", APK, LOOK_ALIKE})
TOGETHER: tuple[tuple[str, frozenset[str]], ...] = (
    ("secret", MONEY),
    ("video_call", AGENCY),
    ("gift_codes", frozenset({"ask_code", "secret", "opener"})),
    (
        "app",
        frozenset({"other_link", "cheap_link", "short_link", "shared_link", "numeric_link", "chat_link"}),
    ),
    ("bail", frozenset({"pay_first", "secret", "amount"})),
)
"""A mark and those of which one must stand beside it."""
SENDER = frozenset({"agency", "account", "parcel", "opener", "recovery", "stranger_help", "elsewhere_link"})
DEMAND = frozenset({"urgent", "threat", "press_link", "details", "app", "points"})
CHANNEL = frozenset({"to_chat", "chat_id", "chat_link", "short_link", "cheap_link", "numeric_link"})
GAIN = frozenset({"prize", "loan", "task_job", "invest", "gamble", "pay_first", "premium_code"})
GROUPS = {"sender": SENDER, "demand": DEMAND, "channel": CHANNEL, "gain": GAIN}
"""Weaker marks by what they show: who somebody says that he is, what he presses for, where he leads, what money moves."""
REQUESTS = frozenset({"ask_code", "safe_account", "sell_account", "gift_codes", "video_call", "details"})
"""Signs that ask for something, and are none where it is forbidden."""
NEGATIONS = (
    "ไม่มีนโยบาย", "ไม่มีหน่วยงาน", "ไม่ให้", "ไม่ต้อง", "อย่า", "ห้าม", "เตือน", "never ", "not ", "don't ", "no officer", "nobody", "không", "khong", "jangan", "tidak", "不", "勿",
)  # fmt: skip
BEFORE, BEFORE_LATIN = 24, 48
"""Letters before a mark in which a word that denies it counts, within a clause; in Latin letters words are longer. Chosen, not
measured."""
_CLAUSE = re.compile(r"[,.!?;]")
HONEST = frozenset({"warning", "own_link"})
"""Signs beside which nothing decides but a look-alike link or an app from outside the shops."""


def drop_denied(text: str, sign_places: Sequence[SignMatch]) -> list[SignMatch]:
    """The signs without requests that the words before them forbid or deny: "never tell the code"."""
    return [place for place in sign_places if not (place.sign in REQUESTS and _is_denied(text, place))]


def find_decisive(text: str, sign_places: Sequence[SignMatch]) -> list[str]:
    """The signs that decide alone in a message, in the order of their places; none where it is denied or a warning."""
    shown = {place.sign for place in sign_places}
    links = {APK, LOOK_ALIKE} & shown
    if shown & HONEST:
        return sorted(links)
    asked = {place.sign for place in sign_places if not _is_denied(text, place)}
    deciding = (
        links | (ALONE & asked) | {sign for sign, beside in TOGETHER if sign in asked and beside & shown}
    )
    if "ask_code" in asked and not {"keep_code", "code"} & shown:
        deciding.add("ask_code")
    if "elsewhere_link" not in shown:
        # An app of a firm that its own message names is installed from the firm's link.
        deciding.discard("app")
    return list(dict.fromkeys(place.sign for place in sign_places if place.sign in deciding))


def count_weaker(sign_places: Sequence[SignMatch]) -> int:
    """How many of the four groups of weaker marks a message shows."""
    shown = {place.sign for place in sign_places}
    return sum(bool(group & shown) for group in GROUPS.values())


def list_structures(shown: Collection[str]) -> list[str]:
    """The pairs of weaker marks among signs, as features of the model: `sender_channel` where somebody says who he is and
    leads to a chat, and so on.
    """
    groups = [name for name, group in GROUPS.items() if not group.isdisjoint(shown)]
    return [f"{first}_{second}" for first, second in combinations(groups, 2)]


def _is_denied(text: str, place: SignMatch) -> bool:
    # A secret is a denial by itself: "tell nobody".
    if place.sign == "secret":
        return False
    reach = BEFORE_LATIN if text[place.start].isascii() else BEFORE
    before = _CLAUSE.split(text[max(0, place.start - reach) : place.start])[-1]
    return any(word in before for word in NEGATIONS)
