"""Lessons, alerts and what is left of them: fewer fall for a lure, a few more refuse what is honest."""

from dataclasses import dataclass, field

from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import number

CALL, MESSAGE, ADVERT, PAGE = range(4)
MEDIUM_SHARES = (0.45, 0.25, 0.15, 0.15)
"""How contacts reach people (A, after the surveys of domain 1.1)."""

EVERYWHERE = 99
"""The province of an order that is for the whole country."""

REMINDER_DAYS = (14, 120)
"""A lesson that follows another by four to twelve weeks, give or take, reminds of it (domain 4)."""


@dataclass(frozen=True, slots=True)
class Taught:
    """One lesson or alert: where, about which medium (-1: all), when, how strong, and the days until half is gone."""

    province: int
    medium: int
    time: int
    strength: float
    half_life: float
    lesson: bool

    def left(self, time: int, medium: int) -> float:
        """Share by which it lowers conversion at a time."""
        if time < self.time:
            return 0.0
        kept: float = 0.5 ** ((time - self.time) / DAY / self.half_life)
        carried = 1.0 if self.medium in (-1, medium) else number("awareness", "channel_transfer")
        return self.strength * kept * carried


@dataclass
class Awareness:
    """Everything taught so far. An order's subject is the province plus 100 times one more than the medium (0: all);
    province EVERYWHERE is the whole country."""

    taught: list[Taught] = field(default_factory=list)

    def lesson(self, subject: int, time: int) -> None:
        """A three-minute lesson; a reminder makes the whole effect last."""
        province, medium = subject % 100, subject // 100 - 1
        reminds = any(
            each.lesson
            and each.province == province
            and REMINDER_DAYS[0] <= (time - each.time) / DAY <= REMINDER_DAYS[1]
            for each in self.taught
        )
        life = number("awareness", "half_life_reminded_days" if reminds else "half_life_days")
        self.taught.append(Taught(province, medium, time, 1 - number("awareness", "lesson"), life, True))

    def alert(self, subject: int, time: int) -> None:
        """A public alert: weaker and soon forgotten."""
        strength, life = 1 - number("awareness", "alert"), number("awareness", "alert_days")
        self.taught.append(Taught(subject % 100, subject // 100 - 1, time, strength, life, False))

    def conversion(self, province: int, time: int, medium: int | None = None) -> float:
        """What is left of conversion in a province: the strongest lesson counts, and the strongest alert; lessons
        on the same thing do not add up. Without a medium, the mean over all media."""
        if medium is None:
            each = (share * self.conversion(province, time, at) for at, share in enumerate(MEDIUM_SHARES))
            return sum(each)
        own = [each for each in self.taught if each.province in (province, EVERYWHERE)]
        kept = 1.0
        for kind in (True, False):
            kept *= 1 - max((each.left(time, medium) for each in own if each.lesson == kind), default=0.0)
        return kept

    def false_alarms(self, province: int, time: int) -> float:
        """Share of honest contacts that are refused because of what was taught, at most two in a hundred."""
        kept = 1 - self.conversion(province, time)
        return number("awareness", "false_alarm") * min(1.0, kept / (1 - number("awareness", "lesson")))
