"""Lessons, alerts and what is left of them: fewer fall for a lure, a few more refuse what is honest."""

from dataclasses import dataclass, field

from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import get_number

CALL, MESSAGE, ADVERT, PAGE = range(4)
MEDIUM_SHARES = (0.45, 0.25, 0.15, 0.15)
"""How contacts reach people (A, after the surveys of domain 1.1)."""

EVERYWHERE = 99
"""The province of an order that is for the whole country."""

REMINDER_DAYS = (14, 120)
"""A lesson that follows another by four to twelve weeks, give or take, reminds of it (domain 4)."""


@dataclass(frozen=True, slots=True)
class TaughtLesson:
    """One lesson or alert: where, about which medium (-1: all), when, how strong, and the days until half is gone."""

    province: int
    medium: int
    time: int
    strength: float
    half_life: float
    lesson: bool

    def compute_strength_left(self, time: int, medium: int) -> float:
        """Share by which it lowers conversion at a time."""
        if time < self.time:
            return 0.0
        kept: float = 0.5 ** ((time - self.time) / DAY / self.half_life)
        carried = 1.0 if self.medium in (-1, medium) else get_number("awareness", "channel_transfer")
        return self.strength * kept * carried


@dataclass
class Awareness:
    """Everything taught so far. An order's subject is the province plus 100 times one more than the medium (0: all);
    province EVERYWHERE is the whole country."""

    taught: list[TaughtLesson] = field(default_factory=list)

    def add_lesson(self, subject: int, time: int) -> None:
        """A three-minute lesson; a reminder makes the whole effect last."""
        province, medium = subject % 100, subject // 100 - 1
        reminds = any(
            teaching.lesson
            and teaching.province == province
            and REMINDER_DAYS[0] <= (time - teaching.time) / DAY <= REMINDER_DAYS[1]
            for teaching in self.taught
        )
        life = get_number("awareness", "half_life_reminded_days" if reminds else "half_life_days")
        self.taught.append(
            TaughtLesson(province, medium, time, 1 - get_number("awareness", "lesson"), life, True)
        )

    def add_alert(self, subject: int, time: int) -> None:
        """A public alert: weaker and soon forgotten."""
        strength, life = 1 - get_number("awareness", "alert"), get_number("awareness", "alert_days")
        self.taught.append(TaughtLesson(subject % 100, subject // 100 - 1, time, strength, life, False))

    def compute_conversion(self, province: int, time: int, medium: int | None = None) -> float:
        """What is left of conversion in a province: the strongest lesson counts, and the strongest alert; lessons
        on the same thing do not add up. Without a medium, the mean over all media."""
        if medium is None:
            weighted_parts = (
                share * self.compute_conversion(province, time, at) for at, share in enumerate(MEDIUM_SHARES)
            )
            return sum(weighted_parts)
        own = [teaching for teaching in self.taught if teaching.province in (province, EVERYWHERE)]
        kept = 1.0
        for kind in (True, False):
            kept *= 1 - max(
                (teaching.compute_strength_left(time, medium) for teaching in own if teaching.lesson == kind),
                default=0.0,
            )
        return kept

    def compute_false_alarms(self, province: int, time: int) -> float:
        """Share of honest contacts that are refused because of what was taught, at most two in a hundred."""
        kept = 1 - self.compute_conversion(province, time)
        return get_number("awareness", "false_alarm") * min(
            1.0, kept / (1 - get_number("awareness", "lesson"))
        )
