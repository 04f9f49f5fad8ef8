"""One policy's play on everything beside money: orders in, answers and new rows out, and what is left of the gangs."""

from dataclasses import replace
from typing import Any

import numpy as np

from warroom.sites.provinces import PROVINCES
from warroom_lab.world.beside.connections import DOMAINS, TRAVELLERS
from warroom_lab.world.beside.planned import Sides
from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE
from warroom_lab.world.drawing.rows import as_records, part, times
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.drawing.tokens import mobile
from warroom_lab.world.jobs import domains
from warroom_lab.world.jobs.domains import Domain
from warroom_lab.world.measures import news
from warroom_lab.world.measures.awareness import Awareness
from warroom_lab.world.measures.cards import Cards
from warroom_lab.world.measures.cuts import PARTNERS, Cuts
from warroom_lab.world.measures.gangs import Gangs
from warroom_lab.world.measures.harm import harm
from warroom_lab.world.measures.latency import delay
from warroom_lab.world.measures.rescue import Rescue
from warroom_lab.world.measures.truth import SideTruth
from warroom_lab.world.measures.webs import Webs
from warroom_lab.world.play.orders import Answer, Order
from warroom_lab.world.travel import legs

ANOTHER_LURE = 0.4
"""Share of recruits who find another lure where theirs never appeared (A)."""

Row = dict[str, Any]


class SideRun:
    """One policy's play. Orders are carried out after the partner's delay: what an answer says is so at its time.

    `adapts`: whether gangs substitute what they lose. Times in microseconds UTC.
    """

    def __init__(self, sides: Sides, *, adapts: bool = True) -> None:
        self.sides = sides
        self.now = sides.start
        self.awareness = Awareness()
        cuts, webs = Cuts(sides.places), Webs(sides, adapts)
        self._gangs = Gangs(sides, adapts, cuts, webs, Cards(sides, adapts), Rescue(sides))
        self._coming: list[tuple[int, str, Row]] = []
        self._honest_stopped: set[tuple[str, int]] = set()

    def capacity(self, syndicate: int, time: int, province: int | None = None) -> float:
        """What is left of a syndicate's power to start cases, in [0, 1]; 1 while nobody acts.

        With a province, times what awareness leaves of conversion there.
        """
        share = self._gangs.capacity(syndicate, time)
        return share if province is None else share * self.awareness.conversion(province, time)

    def displacement(self, days: int) -> float | None:
        """Share of the gangs' power lost to orders that is back so many days later, if no more orders come; None
        where nothing was lost. Known ahead: what gangs do to substitute a loss is planned when it happens."""
        return self._gangs.displacement(days)

    def strike(self, syndicate: int, time: int) -> None:
        """A syndicate loses its organiser: told by whoever carries out arrests of holders."""
        self._gangs.strike(syndicate, time)

    def obey(self, order: Order, time: int) -> Answer:
        """Take an order at `time`: takedown, suspension, cut, warning, arrest, screening, alert, lesson, or release of
        a cut. The answer's time is when it is carried out.

        Subjects are numbers of `connections.numbers`; of an alert or lesson the province (see `awareness`).
        """
        orders = {
            "takedown": self._takedown,
            "suspension": self._suspension,
            "cut": self._cut,
            "release": self._release,
            "warning": self._warning,
            "arrest": self._arrest,
            "screening": self._screening,
            "alert": self._alert,
            "lesson": self._lesson,
        }
        if order.kind not in orders:
            return Answer(
                order.order_id,
                time,
                "refused",
                text=f"No partner beside the banks carries out a {order.kind}.",
            )
        answer = orders[order.kind](order, time)
        # What was worked out of gangs holds until an order changes something, and no longer.
        self._gangs.forget()
        return answer

    def _done(self, order: Order, time: int, kind: str = "") -> int:
        return time + delay(self.sides.seed, kind or order.kind, order.subject)

    def _takedown(self, order: Order, time: int) -> Answer:
        done = self._done(order, time)
        if order.subject >= DOMAINS:
            return self._name(order, done)
        page = self._gangs.webs.standing(order.subject, done)
        if page is None:
            return Answer(order.order_id, done, "refused", text="The page is gone already.")
        self._gangs.webs.take_down(page, done)
        if page.gang < 0:
            # It is taken down all the same: partners do as they are ordered, and
            # the score counts who was wronged.
            self._honest_stopped.add(("page", page.number))
        self._tell("adverts", news.taken_down(self._gangs, page.number, done), done + HOUR)
        self._spare(page.gang)
        return Answer(order.order_id, done, "done", text="Taken down.")

    def _name(self, order: Order, done: int) -> Answer:
        number = order.subject - DOMAINS
        found = [each for each in self.sides.domains if each.number == number]
        if not found or (found[0].gang >= 0 and found[0].removed <= done):
            return Answer(order.order_id, done, "refused", text="The name no longer resolves.")
        if found[0].gang < 0:
            self._honest_stopped.add(("name", number))
        else:
            self._gangs.webs.take_name(found[0], done)
        row = _domain_row(self.sides, found[0], done)
        self._tell("domains", row, done + HOUR)
        return Answer(order.order_id, done, "done", text="Blocked.")

    def _spare(self, gang: int) -> None:
        """Recruits whose lure is never posted do not come, but for those who find another."""
        webs, rescue = self._gangs.webs, self._gangs.rescue
        for each in self.sides.recruits:
            lost = each.gang == gang and each.advert is not None and webs.gone(each.advert)
            # Named by the recruit: whether one finds another lure is the same under every policy.
            draw = stream(self.sides.seed, "another lure", each.number).random() if lost else 0.0
            if lost and draw >= ANOTHER_LURE:
                rescue.spared.setdefault(each.number, each.landed)

    def _suspension(self, order: Order, time: int) -> Answer:
        done = self._done(order, time)
        sims = self.sides.phones.sims
        if not 0 <= order.subject < len(sims):
            return Answer(order.order_id, done, "refused", text="There is no such number.")
        self._gangs.cards.suspend(order.subject, done)
        if self._gangs.cards.gang(order.subject) < 0:
            self._honest_stopped.add(("card", order.subject))
        name = mobile(int(sims.number[order.subject]))
        self._tell("listings", _suspended(name, done), done + DAY)
        return Answer(order.order_id, done, "done", text="Suspended.")

    def _cut(self, order: Order, time: int) -> Answer:
        cuts = self._gangs.cuts
        why = cuts.refusal(order.subject)
        if why:
            return Answer(order.order_id, time + HOUR, "refused", text=why)
        done = self._done(order, time, PARTNERS[int(self.sides.places.supply.kind[order.subject])])
        if order.until and order.until <= done:
            return Answer(
                order.order_id, done, "refused", text="Its time was over before it could be carried out."
            )
        cuts.cut(order.order_id, order.subject, done, order.until)
        return Answer(order.order_id, done, "done", text="Cut.")

    def _release(self, order: Order, time: int) -> Answer:
        done = self._done(order, time)
        if not self._gangs.cuts.lift(order.lifts, done):
            return Answer(order.order_id, time + HOUR, "refused", text="There is no such cut.")
        return Answer(order.order_id, done, "lifted", text="Connected again.")

    def _warning(self, order: Order, time: int) -> Answer:
        done = self._done(order, time)
        status, text = self._gangs.rescue.warn(_person(order), done)
        return Answer(order.order_id, done, status, text=text)

    def _arrest(self, order: Order, time: int) -> Answer:
        done = self._done(order, time)
        status, text = self._gangs.rescue.arrest(_person(order), done)
        return Answer(order.order_id, done, status, text=text)

    def _screening(self, order: Order, time: int) -> Answer:
        done, status, text = self._gangs.rescue.screen(_person(order), self._done(order, time))
        return Answer(order.order_id, done, status, text=text)

    def _alert(self, order: Order, time: int) -> Answer:
        done = self._done(order, time)
        self.awareness.alert(order.subject, done)
        return Answer(order.order_id, done, "done", text="Sent out.")

    def _lesson(self, order: Order, time: int) -> Answer:
        done = self._done(order, time)
        self.awareness.lesson(order.subject, done)
        return Answer(order.order_id, done, "done", text="Taught.")

    def _tell(self, table: str, rows: list[Row], received: int) -> None:
        """Rows that a partner will send; `received` is when."""
        self._coming += [(received, table, row) for row in rows]

    def advance(self, until: int) -> dict[str, list[Row]]:
        """Play on to `until`; rows by table received since the last call that differ from `Sides.parts` because of
        measures: new ones, and corrections, which carry the record id of what they correct."""
        first, self.now = self.now, max(self.now, until)
        # Nobody acted, so nothing differs from what was planned: the usual case of every
        # policy that orders money alone.
        if not self._gangs.acted:
            return {}
        found: dict[str, list[Row]] = {}
        for received, table, row in sorted(
            self._coming, key=lambda each: (each[0], str(each[2]["record_id"]))
        ):
            if first < received <= until:
                found.setdefault(table, []).append(row)
        self._coming = [each for each in self._coming if each[0] > until]
        found.setdefault("adverts", []).extend(news.posted(self._gangs, first + 1, until + 1))
        found.setdefault("supply", []).extend(news.terminals_seen(self._gangs, first + 1, until + 1))
        for day in range(self.sides.size.days):
            if first < self.sides.start + (day + 1) * DAY + 4 * HOUR + MINUTE <= until:
                found.setdefault("readings", []).extend(news.darkened(self._gangs, day))
        return {table: rows for table, rows in found.items() if rows}

    def unhappened(self) -> dict[str, set[str]]:
        """Record ids, by table, of planned rows that did not come to be: whoever replays the parts leaves them out."""
        gone = {each.record_id for each in self.sides.adverts if self._gangs.webs.gone(each)}
        away = [each for each in self.sides.recruits if each.number in self._gangs.rescue.spared]
        trips = legs.of_recruits(away, self.sides.borders, {}, 1)
        ids = legs.rows(trips, self.sides.adverts, "J", self.sides.end).rows["record_id"].to_pylist()
        return {"adverts": gone, "trips": set(ids)}

    @property
    def truth(self) -> SideTruth:
        """What measures did up to `now`."""
        sides, rescue = self.sides, self._gangs.rescue
        cost = harm(self._gangs.cuts, sides.seed, sides.start, self.now, self._gangs.adapts)
        held = [each.number for each in sides.people.values() if each.held <= self.now]
        wrong = [number for number in rescue.wronged if rescue.freed.get(number, self.now + 1) > self.now]
        charged = _count(rescue.charged, self.now) - _count(rescue.wronged, self.now)
        provinces = range(len(PROVINCES))
        return SideTruth(
            site_mwh_denied=cost.site_mwh,
            civilian_mwh_denied=cost.civilian_mwh,
            clinic_hours=cost.clinic_hours,
            held=sum(not rescue.gone(number, self.now) for number in held),
            people_helped=_count(rescue.helped, self.now),
            spared=_count(rescue.spared, self.now),
            rightly_charged=charged,
            wrongly_charged=_count(rescue.wronged, self.now),
            freed=len(rescue.wronged) - len(wrong),
            honest_stopped=len(self._honest_stopped),
            troubled=rescue.troubled,
            false_alarms=sum(self.awareness.false_alarms(each, self.now) for each in provinces)
            / len(provinces),
            moved=tuple(
                gang.number
                for gang in sides.gangs
                if (moved := self._gangs.moved(gang.number)) is not None and moved <= self.now
            ),
        )


def _count(when: dict[int, int], now: int) -> int:
    return sum(time <= now for time in when.values())


def _person(order: Order) -> int:
    return order.subject - TRAVELLERS


def _suspended(name: str, done: int) -> list[Row]:
    return as_records(
        part(
            "T1",
            "listings",
            [f"suspended:{name}"],
            np.array([done + DAY]),
            list=["suspended numbers"],
            subject_kind=["sim"],
            subject_id=[name],
            tier=["suspended"],
            from_=np.array([done]),
        )
    )


def _domain_row(sides: Sides, domain: Domain, done: int) -> list[Row]:
    rows = as_records(
        domains.rows(
            [replace(domain, removed=done)], sides.start, max(sides.end, done + DAY, domain.seen + 2 * DAY)
        )
    )
    received = times(np.array([done + HOUR]))[0].as_py()
    return [{**row, "received_at": received} for row in rows]
