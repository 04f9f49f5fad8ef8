"""The table of a server's background jobs: reports become cases, orders go out, answers come in, deadlines
strike, and once a day signals are made.

Every job is a plain function of a turn and so of a chosen moment: tests and rehearsals can turn the clock.
"""

from warroom.cases.forecasts import refresh_forecasts
from warroom.cases.intake import sync_cases
from warroom.deliveries import uploads
from warroom.exchange import deliver, inbox, vouch
from warroom.exchange.rooms import post as room_post
from warroom.incoming import intake as incoming
from warroom.lake import memory
from warroom.lake.texts import index as text_index
from warroom.ledger.deadlines import Strikes
from warroom.money.index import returning
from warroom.payee import quiet
from warroom.public import channels, held, proving, publishing, refunds, reported, senders, taking_in
from warroom.public.campaigns import events, glance
from warroom.room.map import map_layers
from warroom.runtime import deadlines, integrity, rounds, upkeep
from warroom.runtime.handlers import ORDER_HANDLERS, STRIKERS
from warroom.runtime.turns import ServerJob, Turn


def take_in_reports(turn: Turn) -> object:
    """Ingest submissions of the public, before reports become cases."""
    return taking_in.ingest_submissions(turn.room.ledger, turn.room.lake, turn.now)


def publish_status(turn: Turn) -> object:
    """Publish the state of reports and holds, count what several people reported, and sign the list of
    official channels.
    """
    ledger, now = turn.room.ledger, turn.now
    proving.publish_proofs(ledger, now)
    publishing.publish_receipts(ledger, now, turn.memory.banks.list_codes(turn.room.lake))
    held.publish_held(ledger, now)
    refunds.publish_refunds(ledger, now)
    counted = reported.count_mentions(ledger, now)
    channels.publish_channels(ledger, now)
    senders.forget_senders(ledger)
    return counted


def count_rising(turn: Turn) -> None:
    """Count rising threats for the board."""
    turn.room.rising_count = glance.count_rising(turn.room.ledger, turn.room.lake, turn.now)


def measure_alerts(turn: Turn) -> object:
    """Measure the effect of alerts to the public once their hold-outs are over."""
    return events.measure_due_campaigns(turn.room.ledger, turn.room.lake, turn.now)


def sign_checkpoint(turn: Turn) -> None:
    """Number the log's rows and sign checkpoints."""
    upkeep.number_and_sign(turn.room.ledger, turn.now)


def strike_deadlines(turn: Turn) -> Strikes:
    """Strike deadlines before cases are followed: a long trace must not delay a hold's end."""
    return deadlines.strike_due_deadlines(turn.room.ledger, STRIKERS, turn.now)


def open_cases(turn: Turn) -> int:
    """Open cases for new reports; returns their number."""
    room = turn.room
    return sync_cases(room.ledger, room.lake, None, now=turn.now, tracer=turn.tracer or room.trace)


def refresh_trails(turn: Turn) -> int:
    """Follow due trails again; returns how many changed."""
    room = turn.room
    return upkeep.refresh_due_trails(room.ledger, room.lake, None, turn.now, tracer=turn.tracer or room.trace)


def erase_expired(turn: Turn) -> int:
    """Erase expired deliveries from the lake; returns their number."""
    return upkeep.erase(turn.room.ledger, turn.room.lake, turn.now, turn.watch)


def join_files(turn: Turn) -> int:
    """Join small files of the lake, nightly; returns how many files that saved."""
    return upkeep.compact_nightly(turn.room.ledger, turn.room.lake, turn.now)


def forget_keys(turn: Turn) -> None:
    """Delete ended sign-ins and old idempotency keys."""
    upkeep.forget_ended_keys(turn.room.ledger, turn.now)


def sweep_uploads(turn: Turn) -> None:
    """Delete uploads that nobody came back to."""
    uploads.remove_expired_uploads(turn.room.home)


def refresh_search(turn: Turn) -> object:
    """Bring the text index up to the lake's newest commit."""
    return text_index.refresh_index(turn.room.home, turn.room.lake.state)


def refresh_payees(turn: Turn) -> None:
    """Load new payments for payee checks, where a bank has a key for them."""
    if turn.room.keyring.has_key_for("payee-check"):
        turn.room.payee_desk.refresh(turn.room.lake, turn.now)


def send_orders(turn: Turn) -> object:
    """Deliver orders to partners."""
    return deliver.deliver_orders(turn.room.ledger, ORDER_HANDLERS, turn.room.home, turn.now)


def send_to_rooms(turn: Turn) -> object:
    """Send messages to partners' rooms; one that was cut off gets what waits."""
    return room_post.post_room_messages(turn.room.ledger, turn.room.home, turn.now)


def run_exercise(turn: Turn) -> object:
    """Run the job that the laboratory adds: in a demo home the banks that answer."""
    # Set by the laboratory only: a live room has none.
    return turn.room.extra_job(turn.room) if turn.room.extra_job else None


def read_answers(turn: Turn) -> object:
    """Read partners' answers into the ledger."""
    return inbox.read_answers(turn.room.ledger, ORDER_HANDLERS, turn.room.lake, turn.room.home)


def take_in_incoming(turn: Turn) -> int:
    """Take in the payments that banks say are waiting, and let withheld notices go; returns how many payments came."""
    quiet.release_notices(turn.room.ledger, turn.now)
    return incoming.take_in_waiting_payments(turn.room.ledger, turn.room.lake, turn.now)


def forecast_cases(turn: Turn) -> None:
    """Update all forecasts, since time alone changes them; decisions update their own case at once."""
    refresh_forecasts(turn.room.ledger, turn.now)


def make_signals(turn: Turn) -> None:
    """Start the daily signals where they are due."""
    turn.memory.start_signals()


def look_for_groups(turn: Turn) -> None:
    """Start the daily look for groups where it is due."""
    turn.memory.start_groups()


def vouch_for_log(turn: Turn) -> object:
    """Get time stamps and witnesses' cosignatures for the log's checkpoints."""
    return vouch.vouch_for_log(turn.room.ledger, turn.room.home, turn.now)


def verify_stores(turn: Turn) -> object:
    """Remember the newest row and commit, and verify a part of everything at night."""
    return integrity.check_integrity(turn.room.ledger, turn.room.lake, turn.now)


def check_database(turn: Turn) -> None:
    """Check the database, and restart it where it died. The first job, since nearly every other needs it."""
    rounds.check_database(turn.room.ledger)


def check_stores(turn: Turn) -> None:
    """Check the keys and the lake's files. The keys first: without them the lake cannot be read."""
    rounds.check_keys(turn.room.home)
    rounds.check_lake_files(turn.room.lake, turn.memory.file_times)


def has_new_records(turn: Turn, has_passed: bool) -> bool:
    """Due by time, and only where the lake has changed."""
    return turn.room.lake.head != turn.memory.returns_head and has_passed


def count_returns(turn: Turn) -> None:
    """Count unmatched returns here and not when the board is read: it searches the whole lake."""
    lake = turn.room.lake
    turn.memory.returns_head = lake.head
    turn.room.returns_waiting = len(returning.load_returns(lake).unmatched_returns)
    rounds.check_alike_payments(turn.room.ledger, lake, turn.now)


def draw_small_map(turn: Turn) -> None:
    """Make the small map, which reads the lake, so that the board and the wall need not wait for that."""
    turn.room.small_map = map_layers.load_wall_map(turn.room.ledger, turn.room.lake)
    turn.room.small_places = map_layers.load_suspected_places(turn.room.lake)


def give_memory_back(_: Turn) -> None:
    """Return free memory to the system."""
    memory.release_memory()


WORK = "work"
"""The step of all jobs that work in the ledger by the clock. Some of them wait for a trusted clock, and this
step's check of the clock is the one that is remembered.
"""


# Orders leave before answers are read, and a demo's banks run in between: there an order is answered
# within its turn.
JOBS: tuple[ServerJob, ...] = (
    ServerJob("database", check_database, waits_for_clock=False, why="it asks, and starts what died"),
    ServerJob(
        "outside",
        take_in_reports,
        waits_for_clock=False,
        why="whose money has just left does not wait for a clock",
    ),
    ServerJob(
        "told_outside",
        publish_status,
        why="messages would fold, counts end and a day's figures be those of another day",
    ),
    ServerJob(
        "rising",
        count_rising,
        every=600,
        why="weeks are counted as of it: what rises changes by itself on Mondays, and by what comes late",
        step="campaigns",
    ),
    ServerJob("campaigns", measure_alerts, why="a hold-out would end before its time"),
    ServerJob(
        "checkpoints",
        sign_checkpoint,
        waits_for_clock=False,
        why="it numbers and signs what is there, whatever the time",
        step=WORK,
    ),
    ServerJob(
        "deadlines", strike_deadlines, why="holds would lapse and rights end before their time", step=WORK
    ),
    ServerJob(
        "reports",
        open_cases,
        waits_for_clock=False,
        why="money leaves while a report lies, and a case that was opened can be closed",
        step=WORK,
    ),
    ServerJob("trails", refresh_trails, why="no trace of today sees a row of next year", step=WORK),
    ServerJob("erasure", erase_expired, why="what is erased is gone for good", step=WORK),
    ServerJob("joining", join_files, why="it counts nights", step=WORK),
    ServerJob(
        "sessions", forget_keys, why="keys of decisions would be forgotten before their time", step=WORK
    ),
    ServerJob("uploads", sweep_uploads, why="files would go before somebody came back to them", step=WORK),
    ServerJob(
        "texts",
        refresh_search,
        waits_for_clock=False,
        why="the search is made of the lake, and can be made again",
    ),
    ServerJob("payees", refresh_payees, waits_for_clock=False, why="it is read from the lake each time"),
    ServerJob(
        "orders",
        send_orders,
        waits_for_clock=False,
        why="what officers ordered is late with every minute, and says its own time",
    ),
    ServerJob(
        "rooms",
        send_to_rooms,
        waits_for_clock=False,
        why="a revocation that waits for a clock lets copies be used meanwhile",
    ),
    ServerJob("also", run_exercise, waits_for_clock=False, why="an exercise goes by a clock of its own"),
    ServerJob(
        "answers",
        read_answers,
        why="a true answer would be refused as from the future, or from before its order",
    ),
    ServerJob(
        "incoming",
        take_in_incoming,
        why="a payment would wait, and its payer be late to be called, by the wrong day",
    ),
    ServerJob(
        "forecasts",
        forecast_cases,
        every=60,
        why="all money would have left, and the hour that it names is kept",
        by_house_clock=True,
    ),
    ServerJob("signals", make_signals, why="signals are in the lake for good, as of it"),
    ServerJob("groups", look_for_groups, every=60, why="groups are matched with those of before, as of it"),
    ServerJob(
        "vouch", vouch_for_log, waits_for_clock=False, why="a witness and a stamp have clocks of their own"
    ),
    ServerJob(
        "integrity",
        verify_stores,
        waits_for_clock=False,
        why="it remembers and compares, and changes nothing",
    ),
    ServerJob(
        "look", check_stores, every=30, waits_for_clock=False, why="what it notes goes when it is well again"
    ),
    ServerJob(
        "returns",
        count_returns,
        every=600,
        why="payments that look alike are reported for some days",
        is_due=has_new_records,
    ),
    ServerJob(
        "glimpse",
        draw_small_map,
        every=60,
        waits_for_clock=False,
        why="it is drawn again each minute",
        counts_from_end=True,
    ),
    ServerJob("rest", give_memory_back, waits_for_clock=False, why="it gives memory back"),
)
