"""A learner's way through a lesson. Nothing of it is kept: what was answered travels, signed, in the pages' own forms."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace

from warroom.public.outside.lessons import Lesson

ANSWERS = {"s": "scam", "g": "genuine"}


@dataclass(frozen=True, slots=True)
class Practice:
    """`seed`: by which the items are shuffled; `answers`: one letter for each item answered, in that order; `room`: the trainer's
    number, where there is one.
    """

    threat: str
    seed: str
    answers: str = ""
    room: str = ""

    def order_items(self, lesson: Lesson) -> list[str]:
        """The items' ids as this learner meets them."""
        return sorted(lesson.items, key=lambda item: hashlib.sha256(f"{self.seed}:{item}".encode()).digest())

    def with_answer(self, letter: str) -> "Practice":
        """One answer more."""
        return replace(self, answers=self.answers + letter)

    def list_mistaken(self, lesson: Lesson) -> list[str]:
        """The ids of the items so far answered wrongly, in their order."""
        met = zip(self.order_items(lesson), self.answers, strict=False)
        return [item for item, letter in met if lesson.items[item].kind != ANSWERS[letter]]

    def to_signed_text(self, key: bytes) -> str:
        """As it travels."""
        said = f"{self.threat}.{self.seed}.{self.answers}.{self.room}"
        return f"{said}.{_sign(said, key)}"


def new_practice(threat: str, room: str = "") -> Practice:
    """A learner who begins."""
    return Practice(threat, secrets.token_hex(8), "", room)


def read_practice(said: str, key: bytes) -> Practice | None:
    """What came back; None where it is not as it was sent."""
    facts, _, sign = said.rpartition(".")
    if not hmac.compare_digest(sign.encode(), _sign(facts, key).encode()):
        return None
    return Practice(*facts.split("."))


def _sign(said: str, key: bytes) -> str:
    return hmac.new(key, b"lesson:" + said.encode(), hashlib.sha256).hexdigest()[:32]
