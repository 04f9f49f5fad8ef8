"""Sends orders: each due order becomes a message in the outbox folder and, in a live home, a signed HTTP request.

Effective at most once: the bytes of an order never change, its id is the idempotency key by which the bank drops a
repetition, and if a sender dies its order is due again when the lease ends.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom import files, settings, unwell
from warroom.errors import ExchangeError, NotPossible
from warroom.exchange import currency, vouch
from warroom.exchange.answers import choose_file_ending
from warroom.exchange.banks import Bank, load_banks
from warroom.exchange.message import LETS_GO
from warroom.exchange.parcel import Parcel, facts_of, pack_order
from warroom.exchange.post import PostedOrder, TryLaterError, post_order
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.orders import outbox
from warroom.orders.views import OrderView
from warroom.partners.leaving import check_words
from warroom.sentences.sentence import Sentence
from warroom.subjects import bank_names

# A short outage of a bank's server should cost little: money moves within minutes. Chosen, not measured.
FIRST_RETRY = timedelta(seconds=5)
LAST_RETRY = timedelta(minutes=15)
UNWITNESSED = "health.unwitnessed"
STATED_BY_LAW = ("hold", "incoming", "payment")
"""What an order may be about that names to a bank its own account and nothing else."""
LEASE = timedelta(seconds=120)  # longer than the longest post, so that no two senders hold one order


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """The result of one round. `written` counts messages written, `posted` those that a partner accepted by
    HTTP; `later` will be retried, `failed` were given up."""

    written: int = 0
    posted: int = 0
    later: int = 0
    failed: int = 0
    sentences: tuple[str, ...] = ()


def deliver_orders(ledger: Ledger, handlers: outbox.Handlers, home: Home, now: datetime) -> DeliveryReport:
    """Send every order that is due at `now`; raises ExchangeError only where banks.toml cannot be used.

    An order whose message cannot be made, or that its bank rejects, is given up with an alert to the
    officer (releases and expiries never are); one whose bank cannot be reached is retried with a
    growing delay.
    """
    reachable = {} if home.exercise else load_banks(home)
    among = _list_witnessed_orders(ledger, home, now)
    written = posted = later = failed = 0
    sentences: list[str] = []
    # One at a time, each under its own lease: a sender that dies delays one order and no batch.
    while (order := _claim_order(ledger, now, among)) is not None:
        try:
            currency.check_currency(home, order)
            _check_marks(ledger, order, now)
            parcel = pack_order(order)
            written += _write_parcel(home, order, parcel)
            posted += _post_parcel(
                home, reachable.get(bank_names.get_active_table().spell_bank(order.bank)), order, parcel, now
            )
        except TryLaterError as problem:
            later += 1
            sentences.append(problem.sentence)
            _return_order(
                ledger, handlers, order, problem.sentence, now, now + compute_retry_delay(order.attempts)
            )
        except OSError as problem:
            later += 1
            sentences.append(Sentence("orders.outbox-unwritten", why=problem.strerror))
            _return_order(
                ledger, handlers, order, sentences[-1], now, now + compute_retry_delay(order.attempts)
            )
        except ExchangeError as problem:
            failed += 1
            sentences.append(problem.sentence)
            _return_order(ledger, handlers, order, problem.sentence, now, None)
        else:
            with ledger.open_session() as session:
                outbox.mark_sent(session, handlers, order.order_id, now)
    return DeliveryReport(written, posted, later, failed, tuple(sentences))


def _check_marks(ledger: Ledger, order: OrderView, now: datetime) -> None:
    """Raises ExchangeError where a letter would say what a mark keeps here.

    Orders of holds say a bank its own account, and what lets money or a person go is never kept back.
    """
    if order.about in STATED_BY_LAW or order.kind in LETS_GO or order.kind == "lift":
        return
    try:
        with ledger.open_session() as session:
            check_words(session, "order", order.order_id, order.bank, list_order_texts(order), now)
    except NotPossible as problem:
        raise ExchangeError.from_error(problem) from None


def list_order_texts(order: OrderView) -> list[str]:
    """What an order says in officers' words: its subject, items and details; not the law's words, names of rooms and times."""
    facts = facts_of(order)
    return [
        order.subject,
        order.reason,
        facts.purpose.en,
        facts.purpose.th,
        *(text for subject in facts.subjects for text in (subject.id, subject.note)),
        *(
            detail.value
            for detail in (*facts.details, *(item for paper in facts.documents for item in paper.contents))
        ),
    ]


def compute_retry_delay(attempts: int) -> timedelta:
    """The delay after `attempts` failures: exponential backoff from 5 s to 15 min, with jitter of up to half.

    The jitter spreads the load on a bank that comes back.
    """
    steady = min(FIRST_RETRY * 2 ** min(attempts, 16), LAST_RETRY)
    spread: timedelta = steady * (0.5 + secrets.randbelow(1_000) / 1_000)
    return spread


def _claim_order(ledger: Ledger, now: datetime, among: Collection[str] | None) -> OrderView | None:
    with ledger.open_session() as session:
        return outbox.claim_next(session, now, LEASE, among)


def _list_witnessed_orders(ledger: Ledger, home: Home, now: datetime) -> Collection[str] | None:
    """The orders whose log rows a witness holds; None where that is not required (WARROOM_SEND_AFTER_WITNESS).

    Orders that wait for a witness are reported as a trouble, since a late order costs money too.
    """
    if settings.get_text("WARROOM_SEND_AFTER_WITNESS") != "yes" or home.exercise:
        return None
    with ledger.open_session() as session:
        due = {order.order_id for order in outbox.list_due_orders(session, now)}
    # Listed before the checkpoint: an order approved meanwhile has its log row after it, and waits one round.
    if due and not vouch.obtain_witness(ledger, home, now):
        unwell.note_trouble(home, Sentence(UNWITNESSED, count=len(due)))
        return set()
    unwell.clear_trouble(home, UNWITNESSED)
    return due


def _return_order(
    ledger: Ledger,
    handlers: outbox.Handlers,
    order: OrderView,
    error: str,
    now: datetime,
    retry_at: datetime | None,
) -> None:
    with ledger.open_session() as session:
        outbox.mark_failed(session, handlers, order.order_id, error, now, retry_at)


def _write_parcel(home: Home, order: OrderView, parcel: Parcel) -> int:
    """Write the letter before the message: a message in the outbox always has its letter."""
    if parcel.letter is not None:
        # A partner's system picks up files as they appear: with the message first it could find one without
        # its letter.
        files.write_atomically(home.outbox / f"{order.order_id}.pdf", parcel.letter)
    files.write_atomically(home.outbox / parcel.name, parcel.message)
    return 1


def _post_parcel(home: Home, bank: Bank | None, order: OrderView, parcel: Parcel, now: datetime) -> int:
    """Post to a partner with an address; a signed answer goes into the inbox like any other."""
    if bank is None or bank.url is None or order.exercise:
        return 0
    posted = post_order(home, bank, order.order_id, parcel.message, now, parcel.media)
    if posted.signed:
        _save_answer(home, order, posted)
    return 1


def _save_answer(home: Home, order: OrderView, posted: PostedOrder) -> None:
    files.write_atomically(
        home.inbox / f"{order.order_id}-{order.attempts + 1}{choose_file_ending(posted.kind)}", posted.answer
    )
