"""People on the way to sites and in them: warned, screened, arrested; helped, or wrongly charged."""

from dataclasses import dataclass, field

from warroom_lab.world.beside.planned import Sides
from warroom_lab.world.custody.courts import Step, steps
from warroom_lab.world.custody.people import Person
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import number
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.play.orders import Status

ABROAD_DAYS = (20, 60)
"""Days until a partner abroad finds a person it was asked about (A: domain 3.8)."""

ABROAD_SHARE = 0.3
"""Share whom a partner abroad finds (A)."""


@dataclass
class Rescue:
    """What became of people, by traveller number, each with when. `spared`: recruits whose lure never appeared."""

    sides: Sides
    helped: dict[int, int] = field(default_factory=dict)
    met: dict[int, int] = field(default_factory=dict)
    charged: dict[int, int] = field(default_factory=dict)
    wronged: dict[int, int] = field(default_factory=dict)
    freed: dict[int, int] = field(default_factory=dict)
    spared: dict[int, int] = field(default_factory=dict)
    troubled: int = 0
    court: dict[int, list[Step]] = field(default_factory=dict)

    def _draw(self, what: str, person: int) -> float:
        return float(stream(self.sides.seed, what, person).random())

    def gone(self, person: int, time: int) -> bool:
        """Whether a person is out of the gang's hands by a time."""
        return any(
            person in each and each[person] <= time for each in (self.helped, self.charged, self.spared)
        )

    def on_the_way(self, person: Person, time: int) -> bool:
        """Whether a person is in the country and not yet held."""
        return person.from_ <= time < person.held

    def abroad(self, person: Person) -> bool:
        """Whether the person's site lies behind the border."""
        return bool(self.sides.borders[person.gang] >= 0)

    def warn(self, number_: int, time: int) -> tuple[Status, str]:
        """A warning to a traveller: some turn back."""
        person = self.sides.people.get(number_)
        if person is None:
            return "done", "The traveller was told."
        if not self.on_the_way(person, time) or self.gone(number_, time):
            return "refused", "The traveller could not be reached."
        if person.victim and self._draw("warned", number_) < number("custody", "warned_turn_back"):
            self.helped[number_] = time
        return "done", "The traveller was told."

    def screen(self, number_: int, time: int) -> tuple[int, Status, str]:
        """A meeting with people trained for it, before any charge; frees whom was wrongly charged."""
        person = self.sides.people.get(number_)
        if person is None:
            self.troubled += 1
            return time, "done", "Met: no sign of harm, went on."
        # Those who were charged can still be met, in custody: that is how a wrong charge comes to light.
        if self.gone(number_, time) and number_ not in self.charged:
            return time, "refused", "The person could not be found."
        reached = self._reached(person, time)
        if reached is None:
            return time, "refused", "The person was not found; ask again with a place."
        self.met[number_] = reached
        if not person.victim or self._draw("screened", number_) >= number("custody", "screening_recall"):
            return reached, "done", "Met: no sign of harm was told."
        self.helped.setdefault(number_, reached)
        if number_ in self.wronged:
            self.freed[number_] = reached
        return reached, "done", "Met and referred to help."

    def _reached(self, person: Person, time: int) -> int | None:
        if self.on_the_way(person, time) or person.number in self.charged:
            return time
        if time < person.from_:
            return None
        if not self.abroad(person):
            return time
        if self._draw("found abroad", person.number) >= ABROAD_SHARE:
            return None
        wait = stream(self.sides.seed, "abroad", person.number).uniform(*ABROAD_DAYS)
        return time + int(wait * DAY)

    def arrest(self, number_: int, time: int) -> tuple[Status, str]:
        """An arrest: a victim whom nobody met before may be charged all the same."""
        person = self.sides.people.get(number_)
        if person is None:
            return "refused", "There is nothing to charge the person with."
        here = self.on_the_way(person, time) or (not self.abroad(person) and time >= person.from_)
        if not here or self.gone(number_, time):
            return "refused", "The person is not within reach."
        if not person.victim:
            self._charge(number_, time)
            return "done", "Arrested and charged."
        # Met before, by people trained for it: then nobody charges them. The order of
        # the two is what this measures.
        met = self.met.get(number_, time + 1) <= time
        if met or self._draw("charged", number_) >= number("custody", "charged_without_screening"):
            self.helped.setdefault(number_, time)
            return "partly", "Presumed a victim; referred to help, not charged."
        self._charge(number_, time)
        self.wronged[number_] = time
        return "done", "Arrested and charged."

    def _charge(self, number_: int, time: int) -> None:
        self.charged[number_] = time
        self.court[number_] = steps(self.sides.seed, number_, time)
