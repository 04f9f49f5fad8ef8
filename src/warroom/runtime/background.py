"""What the server does by itself every few seconds: new reports become cases, orders go out, answers come in,
clocks fire, and once a day signals are made.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from warroom import clock, unwell
from warroom.heap import set_aside
from warroom.ledger.audit import writing
from warroom.runtime import rounds
from warroom.runtime.metrics import Metrics
from warroom.runtime.open_home import OpenHome
from warroom.runtime.steps import Steps, goes_on
from warroom.timekeeping import Watch

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.money.trace.trail import Trail
    from warroom.signals.daily import Daily

PAUSE_SECONDS = 3.0
PAUSE_IN_EXERCISE = 1.0
"""Time runs faster there: at sixty times, three seconds are three minutes in which money leaves."""
FORECAST_EVERY = timedelta(minutes=1)
# The first page comes before the first turn: opening the lake and compiling the tracer take a while.
FIRST_PAUSE_SECONDS = 0.5
YIELDS = 10
"""How far the turns step back behind officers' requests where processors are short (nice; on Linux a thread has its own):
setting the letters of fifty actions a second otherwise made the slowest hundredth of requests half as slow again.
"""

LOOKS_SECONDS = 30.0
GLIMPSE_SECONDS = 60.0
RISES_SECONDS = 600.0
"""Whole weeks are counted: what rises changes by itself on Mondays, and by what comes late."""
RETURNS_SECONDS = 600.0
"""Between two looks at files and partners: what is wrong there is told within a minute."""


STANDS_SECONDS = 120.0
"""A step that takes so long hangs: the longest that is usual, many trails on a busy machine, takes a third of it."""


def pause_of(room: OpenHome) -> float:
    """Seconds between two turns of a room."""
    return PAUSE_SECONDS if room.exercise is None else PAUSE_IN_EXERCISE


class Background:
    """A thread that takes turns until it is stopped; one failing step never keeps the others from running."""

    def __init__(
        self, room: OpenHome, metrics: Metrics, pause: float = PAUSE_SECONDS, daily: "Sequence[Daily]" = ()
    ) -> None:
        self.room = room
        self.metrics = metrics
        self.pause = pause
        self.daily = daily
        self._watch = Watch(room.home, self._newest)
        self._fare = Steps(room.home)
        self._moved = time.monotonic()
        self._looked, self._asked, self._glimpsed = -LOOKS_SECONDS, -LOOKS_SECONDS, -GLIMPSE_SECONDS
        self._forecast_at: datetime | None = None
        self._known: dict[str, int] = {}  # files of the lake, and when each was last written to
        self._rises_counted = -RISES_SECONDS
        from warroom.public.banks import BanksOfRecords

        self._banks = BanksOfRecords()
        self._returns_looked, self._returns_at = -RETURNS_SECONDS, -1
        self._stop = threading.Event()
        # A daemon: a step that hangs must not keep the process from ending, once `stop` has waited long
        # enough.
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)
        # Never started: so there is always one that can be asked whether it runs.
        self._morning = threading.Thread()

    def start(self) -> None:
        self._thread.start()

    def stands(self) -> bool:
        """Whether the turns have stopped though nobody asked: the thread has ended, or hangs in one step."""
        if self._thread.ident is None or self._stop.is_set():
            return False
        return not self._thread.is_alive() or time.monotonic() - self._moved > STANDS_SECONDS

    def stop(self) -> None:
        """Ask for the end and wait for what is running."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        if self._morning.is_alive():  # looked at once no turn can begin another
            self._morning.join(timeout=30)

    def _run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), YIELDS)
        self._stop.wait(FIRST_PAUSE_SECONDS)
        self._be_modest()
        self.turn()
        set_aside()  # what the first turn loaded stays: no look for garbage needs to pass over it again
        while not self._stop.wait(self.pause):
            self.turn()

    def turn(self) -> None:
        """One turn of every step."""
        fault = False
        for step in self._steps():
            # Between two steps too: a server that stops then waits for one of them and not for all.
            if self._stop.is_set():
                return
            self._moved = time.monotonic()
            fault |= not self._fare.take(step)
        self.metrics.turn(fault)
        unwell.clear(self.room.home, "health.turns-stand")

    def _steps(self) -> list[Callable[[], object]]:
        # Orders leave before answers are read, and a demo's banks stand between: there an order is answered
        # in its own turn.
        return [
            self.database,
            self.outside,
            self.told_outside,
            self.campaigns,
            self.work,
            self.texts,
            self.payees,
            self.orders,
            self.also,
            self.answers,
            self.partners,
            self.forecasts,
            self.signals,
            self.vouch,
            self.integrity,
            self.look,
            self.returns,
            self.glimpse,
            self.rest,
        ]

    @goes_on("whose money has just left does not wait for a clock")
    def outside(self) -> object:
        """What people sent comes in, before reports become cases."""
        from warroom.public import taking_in

        return taking_in.take_in(self.room.ledger, self.room.lake, clock.now())

    def told_outside(self) -> object:
        """How each report and hold stands is told those outside, what several people reported is counted, and the list of official
        channels signed. By a wrong clock messages would fold, counts end and a day's figures be those of another day.
        """
        from warroom.public import channels, held, proving, publishing, reported, senders

        ledger, now = self.room.ledger, clock.now()
        proving.prove(ledger, now)
        publishing.publish(ledger, now, self._banks.codes(self.room.lake))
        held.publish_held(ledger, now)
        counted = reported.count(ledger, now)
        channels.publish_channels(ledger, now)
        senders.forget(ledger)
        return counted

    def campaigns(self) -> object:
        """What alerts to the public changed is measured once their hold-outs are over; what rises is counted for the board."""
        from warroom.public.campaigns import events, glance

        if time.monotonic() - self._rises_counted >= RISES_SECONDS:
            self._rises_counted = time.monotonic()
            self.room.rising = glance.count_rising(self.room.ledger, self.room.lake, clock.now())
        return events.measure(self.room.ledger, self.room.lake, clock.now())

    def _be_modest(self) -> None:
        from warroom.lake import memory

        memory.be_modest()

    @goes_on("it asks, and starts what died")
    def database(self) -> None:
        """First of all, since nearly every step asks it: where it died it is started again."""
        rounds.look_at_database(self.room.ledger)

    @goes_on("what it notes goes when it is well again")
    def look(self) -> None:
        """Twice a minute, at what nobody would notice by itself."""
        if time.monotonic() - self._looked < LOOKS_SECONDS:
            return
        self._looked = time.monotonic()
        # The keys first: without them the lake cannot be looked at.
        rounds.look_at_keys(self.room.home)
        rounds.look_at_lake(self.room.lake, self._known)

    @goes_on("what it notes goes when it is well again")
    def partners(self) -> None:
        """Twice a minute; in each turn, and so as soon as answers were read, while a partner is told to be silent. No other look
        comes before it: one that fails would keep the note of a partner that has answered.
        """
        waited = time.monotonic() - self._asked >= LOOKS_SECONDS
        if waited or any(note.code == rounds.SILENT for note in unwell.noted(self.room.home)):
            self._asked = time.monotonic()
            rounds.look_at_partners(self.room.ledger, clock.now())

    def returns(self) -> None:
        """Counted here and not when the board is read: it looks for payments in the whole lake. Waits for a right clock, by
        which payments that look alike are told for some days.
        """
        from warroom.money.index import returning

        lake, now = self.room.lake, time.monotonic()
        if lake.head != self._returns_at and now - self._returns_looked >= RETURNS_SECONDS:
            self._returns_at, self._returns_looked = lake.head, now
            self.room.returns_waiting = len(returning.told(lake).waiting)
            rounds.look_at_alike(self.room.ledger, lake, clock.now())

    @goes_on("it is drawn anew each minute")
    def glimpse(self) -> None:
        """The small map, once a minute: it reads the lake, and neither the board nor the wall waits for that."""
        if time.monotonic() - self._glimpsed < GLIMPSE_SECONDS:
            return
        from warroom.room.map.map_layers import glimpse

        self.room.glimpse = glimpse(self.room.ledger, self.room.lake)
        # Once it is there, and after it: where it takes long it is not made all the time.
        self._glimpsed = time.monotonic()

    @goes_on("it gives memory back")
    def rest(self) -> None:
        """Memory that the lake's work took is handed back: most of the time there is nothing to do."""
        from warroom.lake import memory

        memory.give_back()

    @goes_on("the search is made of the lake, and can be made again")
    def texts(self) -> object:
        """What came into the lake or went from it comes into the search, or goes from it."""
        from warroom.lake.texts import index as text_index

        return text_index.refresh(self.room.home, self.room.lake.state)

    @goes_on("it is read from the lake anew each time")
    def payees(self) -> None:
        """What came into the lake is known to checks before payments, where a bank has a key to ask."""
        if self.room.keyring.anyone("payee-check"):
            self.room.payee_desk.refresh(self.room.lake, clock.now())

    @goes_on("what officers ordered is late with every minute, and says its own time")
    def orders(self) -> object:
        from warroom.exchange import deliver
        from warroom.runtime.handlers import ORDER_HANDLERS

        return deliver.deliver(self.room.ledger, ORDER_HANDLERS, self.room.home, clock.now())

    def answers(self) -> object:
        """Waits for a right clock: by a wrong one a true answer would be refused as from the future, or from before its order."""
        from warroom.exchange import inbox
        from warroom.runtime.handlers import ORDER_HANDLERS

        return inbox.read_answers(self.room.ledger, ORDER_HANDLERS, self.room.lake, self.room.home)

    def forecasts(self) -> None:
        """Once a minute of the house's clock: time alone changes what leaves. What is decided is brought up to date at once.
        Waits for a right clock: by a wrong one all has left, and the hour that it names is kept.
        """
        from warroom.cases.forecasts import refresh_forecasts

        now = clock.now()
        if self._forecast_at is None or abs(now - self._forecast_at) >= FORECAST_EVERY:
            self._forecast_at = now
            refresh_forecasts(self.room.ledger, now)

    def signals(self) -> None:
        """The day's signals, where the room chose an hour for them. They are made beside the turns: a nation's take minutes,
        in which reports become cases and orders go out. Waits for a right clock: they stand in the lake for good, as of it.
        """
        if self._morning.is_alive():
            return
        due = [each for each in self.daily if each.due(clock.now())]
        if due:
            self._morning = threading.Thread(target=self._in_the_morning, args=(due,), daemon=True)
            self._morning.start()

    def _in_the_morning(self, due: "Sequence[Daily]") -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), YIELDS)
        for daily in due:
            made = self._fare.well(daily.step, partial(self._make_signals, daily))
            self.metrics.turn(not made)

    def _make_signals(self, daily: "Daily") -> None:
        """Write them and log it; done is only what is logged. Nothing is written once the end was asked for."""
        from warroom.actions.queries import pages_taken_down
        from warroom.signals import store
        from warroom.triage.events import keep_look

        now, ledger = clock.now(), self.room.ledger
        found = daily.find(self.room.home, self.room.lake, now, lambda: pages_taken_down(ledger))
        if self._stop.is_set():
            return
        added = store.write(self.room.lake, found).accepted if found else 0
        with ledger.session() as session:
            if found:
                detail = {"kind": daily.kind, "signals": len(found), "added": added}
                writing.append(session, None, "signals.run", "lake", detail)
            if found is not None:
                keep_look(session, daily.kind, len(found), now)
        daily.done(now)

    @goes_on("a witness and a stamp have clocks of their own")
    def vouch(self) -> object:
        """Stamps and witnesses for the log's checkpoints."""
        from warroom.exchange.vouch import vouch

        return vouch(self.room.ledger, self.room.home, clock.now())

    @goes_on("it remembers and compares, and changes nothing")
    def integrity(self) -> object:
        """What is newest is remembered outside its store; at night a part of everything is verified."""
        from warroom.runtime import integrity

        return integrity.turn(self.room.ledger, self.room.lake, clock.now())

    @goes_on("an exercise goes by a clock of its own")
    def also(self) -> object:
        """What a floor above this one wants done each turn: in a demo home, banks that answer."""
        return self.room.also(self.room) if self.room.also else None

    @goes_on("each of its jobs is marked by itself")
    def work(self) -> object:
        """New reports, clocks that strike, trails to look at again, and what must be erased."""
        from warroom.runtime import jobs

        room = self.room
        return jobs.run_due(room.ledger, room.lake, None, clock.now(), tracer=self._follow, watch=self._watch)

    def _newest(self) -> datetime | None:
        from warroom.runtime import clock_doubt

        return clock_doubt.newest(self.room.ledger, self.room.lake)

    def _follow(
        self,
        lake: "Lake",
        index: None,
        ids: Sequence[str],
        *,
        as_of: datetime,
        known_at: Mapping[str, datetime] | None = None,
    ) -> "Trail":
        """The index is opened when money is to be followed, not at every turn: where records come all the time, it is
        out of date a moment later, and bringing it up to date costs more the more it holds.
        """
        from warroom.money.trace.tracing import trace

        return trace(lake, self.room.index(), ids, as_of=as_of, known_at=known_at)
