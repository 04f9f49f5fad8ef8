"""Messages that somebody reported or a lure brought; never anybody's mail. Some were reported by mistake."""

import hashlib

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR, Array
from warroom_lab.world.drawing.mixing import hash_to_uniform
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.rows import TablePart, make_part
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_mobile_number, make_serials, make_token
from warroom_lab.world.jobs import grammar
from warroom_lab.world.jobs.domains import Domain
from warroom_lab.world.population.nation import Nation
from warroom_lab.world.telephony.calls import ABROAD
from warroom_lab.world.telephony.plan import Telephony, make_phone_numbers

KINDS = ("parcel", "bank", "utility", "job", "honest")
SHARES = (0.3, 0.2, 0.1, 0.25, 0.15)
MEDIA = ("sms", "line", "telegram", "whatsapp", "messenger")
MEDIA_SHARES = (0.62, 0.2, 0.06, 0.06, 0.06)


def make_message_rows(
    nation: Nation, phones: Telephony, domains: list[Domain], contacts: tuple[Array, Array, Array]
) -> TablePart:
    """All reported messages of the days: those to victims before a payment, and others that nobody fell for."""
    rng = make_generator(nation.seed, "messages")
    contacts = _select_reported(nation, contacts)
    time, receiver, gang = _draw_events(nation, phones, contacts, rng)
    kinds = rng.choice(KINDS, len(time), p=SHARES)
    # The first are those that brought a victim to pay: none of them was honest.
    kinds[: len(contacts[0])] = np.where(
        kinds[: len(contacts[0])] == "honest", "bank", kinds[: len(contacts[0])]
    )
    names = group_by_gang(domains)
    lines = [
        _write_message(rng, kind, int(who), int(when), names, phones)
        for kind, who, when in zip(kinds, gang, time, strict=True)
    ]
    order = np.argsort(time, kind="stable")
    texts = [lines[at][1] for at in order]
    waits = rng.lognormal(np.log(9), 1.0, len(time)) * HOUR
    return make_part(
        "hotline",
        "messages",
        make_serials("Q", 0, len(time)),
        (time + waits.astype(np.int64))[order],
        time=time[order],
        from_=[lines[at][0] for at in order],
        to=make_phone_numbers(phones.sims, receiver[order]),
        medium=rng.choice(MEDIA, len(time), p=MEDIA_SHARES),
        text=texts,
        hash=[hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts],
    )


def _select_reported(nation: Nation, contacts: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
    """The messages to victims in the days that somebody handed on."""
    time, holder, gang = contacts
    end = nation.start + nation.size.days * DAY
    share = get_number("telephony", "victims_hand_on")
    rows = np.flatnonzero((time >= nation.start) & (time < end) & (hash_to_uniform(holder, 21) < share))
    return time[rows], holder[rows], gang[rows]


def _draw_events(
    nation: Nation, phones: Telephony, contacts: tuple[Array, Array, Array], rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Times, receiving cards and gangs: a victim's message is reported too, with the others' odds."""
    count = max(
        40, round(get_number("telephony", "reported_messages_day") * nation.size.crime * nation.size.days)
    )
    gangs = max(1, int(phones.sims.gang.max(initial=0)) + 1)
    own = phones.net.firsts[contacts[1]]
    times = nation.start + (rng.random(count) * nation.size.days * DAY).astype(np.int64)
    others = phones.net.private[rng.integers(0, len(phones.net.private), count)]
    time = np.concatenate([contacts[0], times])
    gang = np.concatenate([contacts[2], rng.integers(0, gangs, count)])
    return time, np.concatenate([np.where(own == ABROAD, others[0], own), others]), gang


def _write_message(
    rng: np.random.Generator,
    kind: str,
    gang: int,
    time: int,
    names: dict[int, list[Domain]],
    phones: Telephony,
) -> tuple[str, str]:
    """Sender and text."""
    if kind == "honest":
        return make_token("SENDER-", int(rng.integers(0, 40)), 0x61), grammar.write_message(
            rng, kind, make_token("+6600", int(rng.integers(0, 40)), 0x62), f"https://{names[-1][0].name}/x"
        )
    live = [domain for domain in names.get(gang, []) if domain.seen <= time < domain.removed]
    link = f"https://{live[int(rng.integers(0, len(live)))].name}/a" if live else "https://pay-0.example/a"
    chat = f"chat:{make_token('U', (1 << 22) + gang * 64 + int(rng.integers(0, 8)), 0x0D)}"
    sims = phones.sims
    cards = phones.net.find_live_cards(gang, time)
    card = int(cards[int(rng.integers(0, len(cards)))]) if len(cards) else ABROAD
    sender = make_mobile_number(int(sims.number[card]) if card != ABROAD else 1 << 29)
    return sender, grammar.write_message(rng, kind, chat, link)


def group_by_gang(domains: list[Domain]) -> dict[int, list[Domain]]:
    """Names by whose they are."""
    found: dict[int, list[Domain]] = {}
    for domain in domains:
        found.setdefault(domain.gang, []).append(domain)
    return found
