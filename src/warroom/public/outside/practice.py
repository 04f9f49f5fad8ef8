"""A learner's progress through a lesson. Nothing is stored: the state is in the pages' forms, signed."""

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
        """The items' ids in this learner's order."""
        return sorted(lesson.items, key=lambda item: hashlib.sha256(f"{self.seed}:{item}".encode()).digest())

    def with_answer(self, letter: str) -> "Practice":
        """A copy with one more answer."""
        return replace(self, answers=self.answers + letter)

    def list_mistaken(self, lesson: Lesson) -> list[str]:
        """The ids of items answered wrongly so far, in order."""
        met = zip(self.order_items(lesson), self.answers, strict=False)
        return [item for item, letter in met if lesson.items[item].kind != ANSWERS[letter]]

    def to_signed_text(self, key: bytes) -> str:
        """The state as signed text, for a form field."""
        said = f"{self.threat}.{self.seed}.{self.answers}.{self.room}"
        return f"{said}.{_sign(said, key)}"


def new_practice(threat: str, room: str = "") -> Practice:
    """The state at the beginning of a lesson."""
    return Practice(threat, secrets.token_hex(8), "", room)


def read_practice(said: str, key: bytes) -> Practice | None:
    """Parse a returned state; None where its signature is invalid."""
    facts, _, sign = said.rpartition(".")
    if not hmac.compare_digest(sign.encode(), _sign(facts, key).encode()):
        return None
    return Practice(*facts.split("."))


def _sign(said: str, key: bytes) -> str:
    return hmac.new(key, b"lesson:" + said.encode(), hashlib.sha256).hexdigest()[:32]
