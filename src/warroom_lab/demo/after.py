"""What came of an exercise: what each player saved, who was harmed, and which money was missed, why and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from warroom_lab.evaluation.causes import Cause, Leg, Spread, Summary

PlayerName = Literal["room", "none", "practice-2025", "informed", "warroom"]
PLAYERS: tuple[PlayerName, ...] = ("room", "informed", "warroom", "practice-2025", "none")
"""Who played the same hours of the same country: this room, and the policies it is set beside."""


@dataclass(frozen=True, slots=True)
class PlayerFigures:
    """What one player did. Money in satang.

    `held` is all that stands held at the end, stolen or not; `share` of what the reports' victims lost was saved; `minutes` from report to hold is the median; `innocent_hours`
    are hours x held share of the balance, over `innocents` holders who took no part in crime. None: nothing to count.
    """

    saved: int
    held: int
    share: float | None
    minutes: float | None
    holds: int
    innocents: int
    innocent_hours: float


@dataclass(frozen=True, slots=True)
class Player:
    """A player's figures, or the reason why there are none (yet): waiting, playing, failed."""

    name: PlayerName
    figures: PlayerFigures | None
    why: Literal["", "waiting", "playing", "failed"] = ""


@dataclass(frozen=True, slots=True)
class Harmed:
    """A holder who took no part in crime and whose money was held. `amount` in satang; `hours` until let go or the end."""

    case: str
    bank: str
    account: str
    amount: int
    hours: float
    standing: bool


@dataclass(frozen=True, slots=True)
class CaseStrip:
    """What happened to a case's stolen money and when. `there`: (moment, satang that lay in accounts from then on), from the
    report on. `board`: when officers could first act on it; `decided`, `answered`: of its largest amount,
    with its bank and the satang it held; `gone`: when three quarters of what was missed had left. `others`: when they first decided.
    """

    reported: datetime
    board: datetime
    decided: datetime | None
    answered: datetime | None
    bank: str
    held: int
    gone: datetime | None
    there: tuple[tuple[datetime, int], ...]
    others: tuple[tuple[PlayerName, datetime], ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A case's stolen money that lay in accounts when its report reached the board. In satang.

    `reachable` lay there, `saved` of it was held and can go back, `missed` left or was left; `why` by rule.
    """

    case: str
    scam_type: str
    loss: int
    reachable: int
    saved: int
    why: Cause
    strip: CaseStrip

    @property
    def missed(self) -> int:
        return max(0, self.reachable - self.saved)


@dataclass(frozen=True, slots=True)
class ForecastReview:
    """How the forecasts on the board held, asked each half hour of what nobody had decided.

    `within`: of `looks` bands of 80 % of `cases` cases the share that held, a sum at a band's edge counted in proportion.
    `tau`: of the `pairs` of cases that stood on one board and of which the money that left differs by 2,000 baht or more, the share in
    its true order less the share in the other, 1 to -1. None: nothing to count. Lows and highs are intervals of 90 %.
    """

    looks: int
    cases: int
    within: float | None
    within_low: float
    within_high: float
    pairs: int
    tau: float | None
    tau_low: float
    tau_high: float


@dataclass(frozen=True, slots=True)
class AfterAction:
    """What came of an exercise. `loss`: satang that the victims of the `reports` on the board lost to crime; `reachable`: what of
    it lay in accounts when the reports reached the board.

    `ready` once this room's own figures are there; policies may still be playing. `foreseen` is there once the forecasts were
    tried. `summary`: of the missed cases; `minutes`: where they went, by leg.
    """

    started_at: datetime
    ended_at: datetime
    reports: int
    loss: int
    players: tuple[Player, ...]
    harmed: tuple[Harmed, ...] = field(default=())
    missed: tuple[Missed, ...] = field(default=())
    ready: bool = False
    reachable: int = 0
    foreseen: ForecastReview | None = None
    summary: Summary | None = None
    minutes: Mapping[Leg, Spread] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nobody plays any more."""
        return all(player.why in ("", "failed") for player in self.players)
