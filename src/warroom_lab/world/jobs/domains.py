"""Names on the internet, all under .example: of shops and employers, and of gangs that leave them after days."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import number
from warroom_lab.world.drawing.rows import NEVER, Part, part
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.drawing.tokens import token

DOMAIN_SALT = 0x43
PASSING = 2.0
"""Honest names that come up in a year for each that stands (A: most names that are new are honest)."""
PASSING_LIFE = 20
"""Days, mean, that those stand which are given up (A)."""
_FIRST = (
    "thai",
    "siam",
    "sabai",
    "rung",
    "dee",
    "fah",
    "chang",
    "mali",
    "gold",
    "best",
    "smart",
    "easy",
    "one",
)
_SECOND = ("job", "work", "shop", "pay", "post", "bank", "care", "trade", "market", "home", "travel", "plus")


@dataclass(frozen=True, slots=True)
class Domain:
    """One name. `gang` is truth, -1 for an honest owner's; `removed` NEVER while it stands."""

    number: int
    name: str
    seen: int
    registrar: str
    host: str
    certificate: str
    removed: int
    gang: int = -1

    @property
    def record_id(self) -> str:
        """Its record number."""
        return token("D", self.number, DOMAIN_SALT)


def honest(seed: int, start: int, count: int) -> list[Domain]:
    """Names of honest owners on shared hosts, some of them new; they stay."""
    rng = stream(seed, "domains", "honest")
    made = []
    for at in range(count):
        seen = start - int(rng.exponential(300) * DAY)
        made.append(
            Domain(at, _name(rng, at), seen, _registrar(rng), _host(rng, 40), _certificate(rng), NEVER)
        )
    return made


def passing(seed: int, start: int, days: int, count: int, gangs: int) -> list[Domain]:
    """Honest names that come up while one looks on, most to be given up again: campaigns, trials, shops that close.

    `count`: names that stay, whose numbers these follow; `gangs`: names of gangs. As crime is denser than people in
    the smaller countries, so are such names: those of gangs stay a minority of the new ones.
    """
    rng = stream(seed, "domains", "passing")
    since = start - 12 * DAY
    made = []
    for at in range(count, count + max(round(count * PASSING * (12 + days) / 365), 2 * gangs)):
        seen = since + int(rng.uniform(0, 12 + days) * DAY)
        removed = seen + int((2 + rng.exponential(PASSING_LIFE)) * DAY) if rng.random() < 0.6 else NEVER
        made.append(
            Domain(at, _name(rng, at), seen, _registrar(rng), _host(rng, 40), _certificate(rng), removed)
        )
    return made


def gangs(seed: int, start: int, days: int, count: int) -> list[Domain]:
    """Names of gangs, a new one in each slot after days; hosts and certificates are used again, not always."""
    made: list[Domain] = []
    for gang in range(count):
        rng = stream(seed, "domains", gang)
        hosts, certificate = [_host(rng, 40) for _ in range(2)], _certificate(rng)
        for slot in range(int(number("jobs", "domains_gang"))):
            seen = start - int(rng.uniform(0, 12) * DAY)
            generation = 0
            while seen < start + days * DAY:
                left = seen + int((2 + rng.exponential(9)) * DAY)
                # Not always: a rule that only follows certificates finds a part of a gang's names.
                own = certificate if rng.random() < 0.3 else _certificate(rng)
                serial = (1 << 20) + (gang * 8 + slot) * 64 + generation % 64
                host = str(rng.choice(hosts))
                name = _name(rng, serial)
                made.append(Domain(serial, name, seen, _registrar(rng), host, own, left, gang))
                seen, generation = left + int(rng.exponential(2) * DAY) + HOUR, generation + 1
    return sorted(made, key=lambda each: (each.seen, each.number))


def _name(rng: np.random.Generator, serial: int) -> str:
    first, second = rng.choice(_FIRST), rng.choice(_SECOND)
    return f"{first}-{second}-{token('', serial, 0x47)[-6:]}.example"


def _registrar(rng: np.random.Generator) -> str:
    return f"R{int(rng.integers(1, 9))}"


def _host(rng: np.random.Generator, many: int) -> str:
    return f"host-{int(rng.integers(1, many)):03d}.example"


def _certificate(rng: np.random.Generator) -> str:
    return f"{int(rng.integers(0, 2**62)):016x}"


def rows(domains: list[Domain], start: int, end: int) -> Part:
    """Rows of names that registrars told of, a day after they were first seen; in an order that tells nothing."""
    # By record id, which is scrambled: honest names and gangs' are made apart and would lie apart.
    known = sorted((each for each in domains if each.seen < end - DAY), key=lambda each: each.record_id)
    return part(
        "registrars",
        "domains",
        [each.record_id for each in known],
        np.array([max(each.seen + DAY, start - 30 * DAY) for each in known], np.int64),
        name=[each.name for each in known],
        first_seen=np.array([each.seen for each in known], np.int64),
        registrar=[each.registrar for each in known],
        host=[each.host for each in known],
        certificate=[each.certificate for each in known],
        # What will be removed only after the last day is not known yet.
        removed_at=np.array([each.removed if each.removed < end else NEVER for each in known], np.int64),
    )
