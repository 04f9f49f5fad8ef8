"""Names on the internet, all under .example: of shops and employers, and of gangs that leave them after days."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.rows import NEVER, TablePart, make_part
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_token

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
        return make_token("D", self.number, DOMAIN_SALT)


def make_honest_domains(seed: int, start: int, count: int) -> list[Domain]:
    """Names of honest owners on shared hosts, some of them new; they stay."""
    rng = make_generator(seed, "domains", "honest")
    made = []
    for at in range(count):
        seen = start - int(rng.exponential(300) * DAY)
        made.append(
            Domain(
                at,
                _make_name(rng, at),
                seen,
                _draw_registrar(rng),
                _draw_host(rng, 40),
                _draw_certificate(rng),
                NEVER,
            )
        )
    return made


def make_passing_domains(seed: int, start: int, days: int, count: int, gangs: int) -> list[Domain]:
    """Honest names that come up while one looks on, most to be given up again: campaigns, trials, shops that close.

    `count`: names that stay, whose numbers these follow; `make_gang_domains`: names of gangs. As crime is denser than people in
    the smaller countries, so are such names: those of gangs stay a minority of the new ones.
    """
    rng = make_generator(seed, "domains", "passing")
    since = start - 12 * DAY
    made = []
    for at in range(count, count + max(round(count * PASSING * (12 + days) / 365), 2 * gangs)):
        seen = since + int(rng.uniform(0, 12 + days) * DAY)
        removed = seen + int((2 + rng.exponential(PASSING_LIFE)) * DAY) if rng.random() < 0.6 else NEVER
        made.append(
            Domain(
                at,
                _make_name(rng, at),
                seen,
                _draw_registrar(rng),
                _draw_host(rng, 40),
                _draw_certificate(rng),
                removed,
            )
        )
    return made


def make_gang_domains(seed: int, start: int, days: int, count: int) -> list[Domain]:
    """Names of gangs, a new one in each slot after days; hosts and certificates are used again, not always."""
    made: list[Domain] = []
    for gang in range(count):
        rng = make_generator(seed, "domains", gang)
        hosts, certificate = [_draw_host(rng, 40) for _ in range(2)], _draw_certificate(rng)
        for slot in range(int(get_number("jobs", "domains_gang"))):
            seen = start - int(rng.uniform(0, 12) * DAY)
            generation = 0
            while seen < start + days * DAY:
                left = seen + int((2 + rng.exponential(9)) * DAY)
                # Not always: a rule that only follows certificates finds a part of a gang's names.
                own = certificate if rng.random() < 0.3 else _draw_certificate(rng)
                serial = (1 << 20) + (gang * 8 + slot) * 64 + generation % 64
                host = str(rng.choice(hosts))
                name = _make_name(rng, serial)
                made.append(Domain(serial, name, seen, _draw_registrar(rng), host, own, left, gang))
                seen, generation = left + int(rng.exponential(2) * DAY) + HOUR, generation + 1
    return sorted(made, key=lambda domain: (domain.seen, domain.number))


def _make_name(rng: np.random.Generator, serial: int) -> str:
    first, second = rng.choice(_FIRST), rng.choice(_SECOND)
    return f"{first}-{second}-{make_token('', serial, 0x47)[-6:]}.example"


def _draw_registrar(rng: np.random.Generator) -> str:
    return f"R{int(rng.integers(1, 9))}"


def _draw_host(rng: np.random.Generator, many: int) -> str:
    return f"host-{int(rng.integers(1, many)):03d}.example"


def _draw_certificate(rng: np.random.Generator) -> str:
    return f"{int(rng.integers(0, 2**62)):016x}"


def make_domain_rows(domains: list[Domain], start: int, end: int) -> TablePart:
    """Rows of names that registrars told of, a day after they were first seen; in an order that tells nothing."""
    # By record id, which is scrambled: honest names and gangs' are made apart and would lie apart.
    known = sorted(
        (domain for domain in domains if domain.seen < end - DAY), key=lambda domain: domain.record_id
    )
    return make_part(
        "registrars",
        "domains",
        [domain.record_id for domain in known],
        np.array([max(domain.seen + DAY, start - 30 * DAY) for domain in known], np.int64),
        name=[domain.name for domain in known],
        first_seen=np.array([domain.seen for domain in known], np.int64),
        registrar=[domain.registrar for domain in known],
        host=[domain.host for domain in known],
        certificate=[domain.certificate for domain in known],
        # What will be removed only after the last day is not known yet.
        removed_at=np.array(
            [domain.removed if domain.removed < end else NEVER for domain in known], np.int64
        ),
    )
