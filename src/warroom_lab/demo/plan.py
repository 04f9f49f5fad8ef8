"""Which country a demo rehearses in, and from when to when: small, quick, and with far more crime than life has."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path

from warroom import files
from warroom.errors import HomeError
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.population.nation import START

SEED = 2026
SIZE = Size("exercise", people=30_000, days=14, transfers=200_000, density=150)
"""At the true density thirty thousand people make a report every other day; here they make two or three an hour."""
# On fixed days of the country's own: a demo never grows stale.
OPENS = START + 7 * DAY + 7 * HOUR
"""The room takes over the desk at seven in the morning of the second Monday: earlier reports went elsewhere."""
BEGINS = START + 7 * DAY + 13 * HOUR
"""The exercise begins at one in the afternoon, with what reports lie on the board by then."""


@cache
def compute_world_version() -> str:
    """A digest of the country's processes and parameters: only the same ones play it again to where it was."""
    digest = hashlib.sha256()
    # Every source, comments too: whether a change matters to a play cannot be told from outside,
    # and a demo is founded in seconds.
    for path in sorted(Path(str(resources.files("warroom_lab.world"))).rglob("*")):
        if path.suffix in (".py", ".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ExercisePlan:
    """Which country an exercise is played in, and its hours: the room takes reports from `opens` on, officers from `begins`.

    `world` is the version of the country's rules: another one plays another country. Times in microseconds UTC.
    """

    seed: int = SEED
    opens: int = OPENS
    begins: int = BEGINS
    people: int = SIZE.people
    days: int = SIZE.days
    transfers: int = SIZE.transfers
    density: float = SIZE.density
    world: str = field(default_factory=compute_world_version)

    @property
    def size(self) -> Size:
        """The country's size; it is not one of those that are scored."""
        return replace(
            SIZE, people=self.people, days=self.days, transfers=self.transfers, density=self.density
        )

    @property
    def closes(self) -> int:
        """When the country's days are over, and the exercise with them."""
        return START + self.days * DAY

    def save_plan(self, path: Path) -> None:
        """Keep the plan: from here on the home is a demo that can be gone on with."""
        files.write_atomically(path, json.dumps(asdict(self)).encode())

    @classmethod
    def load_plan(cls, path: Path) -> "ExercisePlan":
        """The plan of a home; raises HomeError where there is none that this program can go on with."""
        try:
            plan = cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as problem:
            raise HomeError(f"{path} cannot be read; run 'warroom demo --fresh'.") from problem
        if plan.world != compute_world_version():
            raise HomeError(f"{path} is of another version of the country; run 'warroom demo --fresh'.")
        return plan
