"""How large a country is, and how dense crime is in it."""

from dataclasses import dataclass

from warroom.errors import WorldError


@dataclass(frozen=True, slots=True)
class Size:
    """`days` of full life; `transfers` is what ordinary life aims at over all days: 1.47 a person a day, the 538 digital
    payments of a user in a year, taken for every person (D: Bank of Thailand, Payment Insight 2023).

    `density` is how many times the national density of crime the country carries: at the true density `small` would
    hold 23 reported cases, too few to score anything. `town` has three quarters of a `small` day's crime among a third of the people. `people` hold accounts; a nation has 66 million. `district` has crime as
    dense as life has it, and as much as 5,000 people have at twenty times that: by it weights are tested.
    """

    name: str
    people: int
    days: int
    transfers: int
    density: float

    @property
    def fraction(self) -> float:
        """The share of a nation's people who live here."""
        return self.people / NATION

    @property
    def crime(self) -> float:
        """The share of a nation's crime, and of the staff that answers it, that is found here."""
        return self.fraction * self.density


NATION = 66_000_000
SIZES = {
    size.name: size
    for size in (
        Size("tiny", 2_000, 14, 41_000, 20),
        Size("town", 15_000, 21, 463_000, 50),
        Size("small", 50_000, 30, 2_200_000, 20),
        Size("district", 100_000, 14, 2_060_000, 1),
        Size("province", 1_000_000, 30, 44_000_000, 20),
        Size("national", 10_000_000, 7, 103_000_000, 1),
    )
}


def get_size(name: str) -> Size:
    """The size of this name; raises WorldError, in one sentence, where there is none."""
    if name not in SIZES:
        raise WorldError(f"There is no size '{name}'; choose {', '.join(SIZES)}.")
    return SIZES[name]
