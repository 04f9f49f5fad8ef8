"""People on the way to sites and in them: warned, screened, arrested; helped, or wrongly charged."""

from dataclasses import dataclass, field

from warroom_lab.world.beside.planned import SidePlan
from warroom_lab.world.custody.courts import CourtStep, list_court_steps
from warroom_lab.world.custody.people import HeldPerson
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.play.orders import Status

ABROAD_DAYS = (20, 60)
"""Days until a partner abroad finds a person it was asked about (A: domain 3.8)."""

ABROAD_SHARE = 0.3
"""Share whom a partner abroad finds (A)."""


@dataclass
class Rescue:
    """What became of people, by traveller number, each with when. `spared`: recruits whose lure never appeared."""

    sides: SidePlan
    helped: dict[int, int] = field(default_factory=dict)
    met: dict[int, int] = field(default_factory=dict)
    charged: dict[int, int] = field(default_factory=dict)
    wronged: dict[int, int] = field(default_factory=dict)
    freed: dict[int, int] = field(default_factory=dict)
    spared: dict[int, int] = field(default_factory=dict)
    troubled: int = 0
    court: dict[int, list[CourtStep]] = field(default_factory=dict)

    def _draw_for_person(self, what: str, person: int) -> float:
        return float(make_generator(self.sides.seed, what, person).random())

    def is_out_of_hands(self, person: int, time: int) -> bool:
        """Whether a person is out of the gang's hands by a time."""
        return any(
            person in each and each[person] <= time for each in (self.helped, self.charged, self.spared)
        )

    def is_on_the_way(self, person: HeldPerson, time: int) -> bool:
        """Whether a person is in the country and not yet held."""
        return person.from_ <= time < person.held

    def is_abroad(self, person: HeldPerson) -> bool:
        """Whether the person's site lies behind the border."""
        return bool(self.sides.borders[person.gang] >= 0)

    def warn_traveller(self, number_: int, time: int) -> tuple[Status, str]:
        """A warning to a traveller: some turn back."""
        person = self.sides.people.get(number_)
        if person is None:
            return "done", "The traveller was told."
        if not self.is_on_the_way(person, time) or self.is_out_of_hands(number_, time):
            return "refused", "The traveller could not be reached."
        if person.is_victim and self._draw_for_person("warned", number_) < get_number(
            "custody", "warned_turn_back"
        ):
            self.helped[number_] = time
        return "done", "The traveller was told."

    def screen_person(self, number_: int, time: int) -> tuple[int, Status, str]:
        """A meeting with people trained for it, before any charge; frees whom was wrongly charged."""
        person = self.sides.people.get(number_)
        if person is None:
            self.troubled += 1
            return time, "done", "Met: no sign of harm, went on."
        # Those who were charged can still be met, in custody: that is how a wrong charge comes to light.
        if self.is_out_of_hands(number_, time) and number_ not in self.charged:
            return time, "refused", "The person could not be found."
        reached = self._find_reached_time(person, time)
        if reached is None:
            return time, "refused", "The person was not found; ask again with a place."
        self.met[number_] = reached
        if not person.is_victim or self._draw_for_person("screened", number_) >= get_number(
            "custody", "screening_recall"
        ):
            return reached, "done", "Met: no sign of harm was told."
        self.helped.setdefault(number_, reached)
        if number_ in self.wronged:
            self.freed[number_] = reached
        return reached, "done", "Met and referred to help."

    def _find_reached_time(self, person: HeldPerson, time: int) -> int | None:
        if self.is_on_the_way(person, time) or person.number in self.charged:
            return time
        if time < person.from_:
            return None
        if not self.is_abroad(person):
            return time
        if self._draw_for_person("found abroad", person.number) >= ABROAD_SHARE:
            return None
        wait = make_generator(self.sides.seed, "abroad", person.number).uniform(*ABROAD_DAYS)
        return time + int(wait * DAY)

    def arrest_person(self, number_: int, time: int) -> tuple[Status, str]:
        """An arrest: a victim whom nobody met before may be charged all the same."""
        person = self.sides.people.get(number_)
        if person is None:
            return "refused", "There is nothing to charge the person with."
        here = self.is_on_the_way(person, time) or (not self.is_abroad(person) and time >= person.from_)
        if not here or self.is_out_of_hands(number_, time):
            return "refused", "The person is not within reach."
        if not person.is_victim:
            self._charge_person(number_, time)
            return "done", "Arrested and charged."
        # Met before, by people trained for it: then nobody charges them. The order of
        # the two is what this measures.
        met = self.met.get(number_, time + 1) <= time
        if met or self._draw_for_person("charged", number_) >= get_number(
            "custody", "charged_without_screening"
        ):
            self.helped.setdefault(number_, time)
            return "partly", "Presumed a victim; referred to help, not charged."
        self._charge_person(number_, time)
        self.wronged[number_] = time
        return "done", "Arrested and charged."

    def _charge_person(self, number_: int, time: int) -> None:
        self.charged[number_] = time
        self.court[number_] = list_court_steps(self.sides.seed, number_, time)
