"""One policy's play on everything beside money: orders in, answers and new rows out, and what is left of the gangs."""

from dataclasses import replace
from typing import Any

import numpy as np

from warroom.sites.provinces import PROVINCES
from warroom_lab.world.beside.connections import DOMAINS, TRAVELLERS
from warroom_lab.world.beside.planned import SidePlan
from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE
from warroom_lab.world.drawing.rows import make_part, to_records, to_time_column
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_mobile_number
from warroom_lab.world.jobs import domains
from warroom_lab.world.jobs.domains import Domain
from warroom_lab.world.measures import news
from warroom_lab.world.measures.awareness import Awareness
from warroom_lab.world.measures.cards import Cards
from warroom_lab.world.measures.cuts import PARTNERS, Cuts
from warroom_lab.world.measures.gangs import Gangs
from warroom_lab.world.measures.harm import measure_harm
from warroom_lab.world.measures.latency import draw_delay
from warroom_lab.world.measures.rescue import Rescue
from warroom_lab.world.measures.truth import SideTruth
from warroom_lab.world.measures.webs import Webs
from warroom_lab.world.play.orders import CountryAnswer, CountryOrder
from warroom_lab.world.travel import legs

ANOTHER_LURE = 0.4
"""Share of recruits who find another lure where theirs never appeared (A)."""

Row = dict[str, Any]


class SideRun:
    """One policy's play. Orders are carried out after the partner's delay: what an answer says is so at its time.

    `adapts`: whether gangs substitute what they lose. Times in microseconds UTC.
    """

    def __init__(self, sides: SidePlan, *, adapts: bool = True) -> None:
        self.sides = sides
        self.now = sides.start
        self.awareness = Awareness()
        cuts, webs = Cuts(sides.places), Webs(sides, adapts)
        self._gangs = Gangs(sides, adapts, cuts, webs, Cards(sides, adapts), Rescue(sides))
        self._coming: list[tuple[int, str, Row]] = []
        self._honest_stopped: set[tuple[str, int]] = set()

    def compute_capacity(self, syndicate: int, time: int, province: int | None = None) -> float:
        """What is left of a syndicate's power to start cases, in [0, 1]; 1 while nobody acts.

        With a province, times what awareness leaves of conversion there.
        """
        share = self._gangs.compute_capacity(syndicate, time)
        return share if province is None else share * self.awareness.compute_conversion(province, time)

    def compute_displacement(self, days: int) -> float | None:
        """Share of the gangs' power lost to orders that is back so many days later, if no more orders come; None
        where nothing was lost. Known ahead: what gangs do to substitute a loss is planned when it happens."""
        return self._gangs.compute_displacement(days)

    def record_lost_organiser(self, syndicate: int, time: int) -> None:
        """A syndicate loses its organiser: told by anyone who carries out arrests of holders."""
        self._gangs.record_lost_organiser(syndicate, time)

    def carry_out_order(self, order: CountryOrder, time: int) -> CountryAnswer:
        """Take an order at `time`: takedown, suspension, cut, warning, arrest, screening, alert, lesson, or release of
        a cut. The answer's time is when it is carried out.

        Subjects are numbers of `connections.numbers`; of an alert or lesson the province (see `awareness`).
        """
        orders = {
            "takedown": self._take_down_page,
            "suspension": self._suspend_card,
            "cut": self._cut_supply,
            "release": self._release_cut,
            "warning": self._warn_traveller,
            "arrest": self._arrest_person,
            "screening": self._screen_person,
            "alert": self._send_alert,
            "lesson": self._teach_lesson,
        }
        if order.kind not in orders:
            return CountryAnswer(
                order.order_id,
                time,
                "refused",
                text=f"No partner beside the banks carries out a {order.kind}.",
            )
        answer = orders[order.kind](order, time)
        # What was worked out of gangs holds until an order changes something, and no longer.
        self._gangs.clear_cache()
        return answer

    def _compute_done_time(self, order: CountryOrder, time: int, kind: str = "") -> int:
        return time + draw_delay(self.sides.seed, kind or order.kind, order.subject)

    def _take_down_page(self, order: CountryOrder, time: int) -> CountryAnswer:
        done = self._compute_done_time(order, time)
        if order.subject >= DOMAINS:
            return self._take_down_name(order, done)
        page = self._gangs.webs.find_standing_page(order.subject, done)
        if page is None:
            return CountryAnswer(order.order_id, done, "refused", text="The page is gone already.")
        self._gangs.webs.take_down_page(page, done)
        if page.gang < 0:
            # It is taken down all the same: partners do as they are ordered, and
            # the score counts who was wronged.
            self._honest_stopped.add(("page", page.number))
        self._queue_rows("adverts", news.make_takedown_rows(self._gangs, page.number, done), done + HOUR)
        self._spare_recruits(page.gang)
        return CountryAnswer(order.order_id, done, "done", text="Taken down.")

    def _take_down_name(self, order: CountryOrder, done: int) -> CountryAnswer:
        number = order.subject - DOMAINS
        named_domains = [domain for domain in self.sides.domains if domain.number == number]
        if not named_domains or (named_domains[0].gang >= 0 and named_domains[0].removed <= done):
            return CountryAnswer(order.order_id, done, "refused", text="The name no longer resolves.")
        if named_domains[0].gang < 0:
            self._honest_stopped.add(("name", number))
        else:
            self._gangs.webs.take_down_name(named_domains[0], done)
        row = _make_domain_rows(self.sides, named_domains[0], done)
        self._queue_rows("domains", row, done + HOUR)
        return CountryAnswer(order.order_id, done, "done", text="Blocked.")

    def _spare_recruits(self, gang: int) -> None:
        """Recruits whose lure is never posted do not come, but for those who find another."""
        webs, rescue = self._gangs.webs, self._gangs.rescue
        for recruit in self.sides.recruits:
            lost = (
                recruit.gang == gang and recruit.advert is not None and webs.is_never_posted(recruit.advert)
            )
            # Named by the recruit: whether one finds another lure is the same under every policy.
            draw = make_generator(self.sides.seed, "another lure", recruit.number).random() if lost else 0.0
            if lost and draw >= ANOTHER_LURE:
                rescue.spared.setdefault(recruit.number, recruit.landed)

    def _suspend_card(self, order: CountryOrder, time: int) -> CountryAnswer:
        done = self._compute_done_time(order, time)
        sims = self.sides.phones.sims
        if not 0 <= order.subject < len(sims):
            return CountryAnswer(order.order_id, done, "refused", text="There is no such number.")
        self._gangs.cards.suspend_card(order.subject, done)
        if self._gangs.cards.get_gang(order.subject) < 0:
            self._honest_stopped.add(("card", order.subject))
        name = make_mobile_number(int(sims.number[order.subject]))
        self._queue_rows("listings", _make_suspended_rows(name, done), done + DAY)
        return CountryAnswer(order.order_id, done, "done", text="Suspended.")

    def _cut_supply(self, order: CountryOrder, time: int) -> CountryAnswer:
        cuts = self._gangs.cuts
        why = cuts.find_refusal(order.subject)
        if why:
            return CountryAnswer(order.order_id, time + HOUR, "refused", text=why)
        done = self._compute_done_time(
            order, time, PARTNERS[int(self.sides.places.supply.kind[order.subject])]
        )
        if order.until and order.until <= done:
            return CountryAnswer(
                order.order_id, done, "refused", text="Its time was over before it could be carried out."
            )
        cuts.cut_supply(order.order_id, order.subject, done, order.until)
        return CountryAnswer(order.order_id, done, "done", text="Cut.")

    def _release_cut(self, order: CountryOrder, time: int) -> CountryAnswer:
        done = self._compute_done_time(order, time)
        if not self._gangs.cuts.lift_cut(order.lifts, done):
            return CountryAnswer(order.order_id, time + HOUR, "refused", text="There is no such cut.")
        return CountryAnswer(order.order_id, done, "lifted", text="Connected again.")

    def _warn_traveller(self, order: CountryOrder, time: int) -> CountryAnswer:
        done = self._compute_done_time(order, time)
        status, text = self._gangs.rescue.warn_traveller(_to_traveller_number(order), done)
        return CountryAnswer(order.order_id, done, status, text=text)

    def _arrest_person(self, order: CountryOrder, time: int) -> CountryAnswer:
        done = self._compute_done_time(order, time)
        status, text = self._gangs.rescue.arrest_person(_to_traveller_number(order), done)
        return CountryAnswer(order.order_id, done, status, text=text)

    def _screen_person(self, order: CountryOrder, time: int) -> CountryAnswer:
        done, status, text = self._gangs.rescue.screen_person(
            _to_traveller_number(order), self._compute_done_time(order, time)
        )
        return CountryAnswer(order.order_id, done, status, text=text)

    def _send_alert(self, order: CountryOrder, time: int) -> CountryAnswer:
        done = self._compute_done_time(order, time)
        self.awareness.add_alert(order.subject, done)
        return CountryAnswer(order.order_id, done, "done", text="Sent out.")

    def _teach_lesson(self, order: CountryOrder, time: int) -> CountryAnswer:
        done = self._compute_done_time(order, time)
        self.awareness.add_lesson(order.subject, done)
        return CountryAnswer(order.order_id, done, "done", text="Taught.")

    def _queue_rows(self, table: str, rows: list[Row], received: int) -> None:
        """Rows that a partner will send; `received` is when."""
        self._coming += [(received, table, row) for row in rows]

    def advance_to(self, until: int) -> dict[str, list[Row]]:
        """Play on to `until`; rows by table received since the last call that differ from `Sides.parts` because of
        measures: new ones, and corrections, which carry the record id of what they correct."""
        first, self.now = self.now, max(self.now, until)
        # Nobody acted, so nothing differs from what was planned: the usual case of every
        # policy that orders money alone.
        if not self._gangs.acted:
            return {}
        rows_by_table: dict[str, list[Row]] = {}
        for received, table, row in sorted(
            self._coming, key=lambda coming: (coming[0], str(coming[2]["record_id"]))
        ):
            if first < received <= until:
                rows_by_table.setdefault(table, []).append(row)
        self._coming = [coming_row for coming_row in self._coming if coming_row[0] > until]
        rows_by_table.setdefault("adverts", []).extend(
            news.make_new_advert_rows(self._gangs, first + 1, until + 1)
        )
        rows_by_table.setdefault("supply", []).extend(
            news.make_terminal_rows(self._gangs, first + 1, until + 1)
        )
        for day in range(self.sides.size.days):
            if first < self.sides.start + (day + 1) * DAY + 4 * HOUR + MINUTE <= until:
                rows_by_table.setdefault("readings", []).extend(news.make_dark_reading_rows(self._gangs, day))
        return {table: rows for table, rows in rows_by_table.items() if rows}

    def list_unhappened_rows(self) -> dict[str, set[str]]:
        """Record ids, by table, of planned rows that did not come to be: anyone who replays the parts leaves them out."""
        gone = {each.record_id for each in self.sides.adverts if self._gangs.webs.is_never_posted(each)}
        away = [each for each in self.sides.recruits if each.number in self._gangs.rescue.spared]
        trips = legs.make_recruit_legs(away, self.sides.borders, {}, 1)
        ids = legs.make_leg_rows(trips, self.sides.adverts, "J", self.sides.end).rows["record_id"].to_pylist()
        return {"adverts": gone, "trips": set(ids)}

    @property
    def truth(self) -> SideTruth:
        """What measures did up to `now`."""
        sides, rescue = self.sides, self._gangs.rescue
        cost = measure_harm(self._gangs.cuts, sides.seed, sides.start, self.now, self._gangs.adapts)
        held = [person.number for person in sides.people.values() if person.held <= self.now]
        wrong = [number for number in rescue.wronged if rescue.freed.get(number, self.now + 1) > self.now]
        charged = _count_until(rescue.charged, self.now) - _count_until(rescue.wronged, self.now)
        provinces = range(len(PROVINCES))
        return SideTruth(
            site_mwh_denied=cost.site_mwh,
            civilian_mwh_denied=cost.civilian_mwh,
            clinic_hours=cost.clinic_hours,
            held=sum(not rescue.is_out_of_hands(number, self.now) for number in held),
            people_helped=_count_until(rescue.helped, self.now),
            spared=_count_until(rescue.spared, self.now),
            rightly_charged=charged,
            wrongly_charged=_count_until(rescue.wronged, self.now),
            freed=len(rescue.wronged) - len(wrong),
            honest_stopped=len(self._honest_stopped),
            troubled=rescue.troubled,
            false_alarms=sum(
                self.awareness.compute_false_alarms(province, self.now) for province in provinces
            )
            / len(provinces),
            moved=tuple(
                gang.number
                for gang in sides.gangs
                if (moved := self._gangs.find_move_time(gang.number)) is not None and moved <= self.now
            ),
        )


def _count_until(when: dict[int, int], now: int) -> int:
    return sum(time <= now for time in when.values())


def _to_traveller_number(order: CountryOrder) -> int:
    return order.subject - TRAVELLERS


def _make_suspended_rows(name: str, done: int) -> list[Row]:
    return to_records(
        make_part(
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


def _make_domain_rows(sides: SidePlan, domain: Domain, done: int) -> list[Row]:
    rows = to_records(
        domains.make_domain_rows(
            [replace(domain, removed=done)], sides.start, max(sides.end, done + DAY, domain.seen + 2 * DAY)
        )
    )
    received = to_time_column(np.array([done + HOUR]))[0].as_py()
    return [{**row, "received_at": received} for row in rows]
