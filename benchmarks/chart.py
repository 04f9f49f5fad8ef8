"""The link chart of a very large case: `python -m benchmarks.chart [--quick]`.

A case of 50,000 transfers between 12,000 accounts is frozen as a trail is, and the server puts its chart together. Of one of
5,000 between 1,200 the page is opened, and with 1,000 nodes each drawn by itself. Headless Chromium shows it, by software and without a
graphics card, so slower than on any desk; the page's own thread is watched for tasks that keep it from answering
(PerformanceObserver, `longtask`).
"""

import random
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import uvicorn
from playwright.sync_api import Page, sync_playwright

from benchmarks.harness import at_most, measure_time, open_scratch_home, start_run
from benchmarks.served_room import launch_chromium, sign_in_browser
from warroom import clock
from warroom.access.officers import add_officer
from warroom.cases.intake import sync_cases
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.money.trail import BankAccount, TracedAccount, TracedEnd, TracedTransfer, Trail
from warroom.room.chart import cache
from warroom.room.chart import queries as service
from warroom.room.chart.views import ChartLook
from warroom.web.app import create_app

FLAGS = ["--no-sandbox", "--disable-gpu"]
PASSWORD = "correct horse battery"
CASE = "C-1"
MANY, FEW = (50_000, 12_000), (5_000, 1_200)
WATCH = """
window.tasks = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.tasks.push([one.startTime, one.duration]);
}).observe({ type: 'longtask', buffered: true });
"""
LONGEST = "Math.max(0, ...window.tasks.map(([, length]) => length))"


def trail(ids: Any, as_of: Any, transfers: int, accounts: int) -> Trail:
    """A trail of very many transfers, most of them between accounts of one cell of a gang."""
    draw = random.Random(11)
    named = [BankAccount(f"B{number % 12:02d}", f"{number:010d}") for number in range(accounts)]
    cells = max(4, accounts // 150)
    victim, start = BankAccount("B99", "0000000099"), as_of - timedelta(hours=40)
    steps = []
    for number in range(transfers):
        payer = victim if number < 3 else named[draw.randrange(accounts)]
        at = draw.randrange(accounts)
        if number >= 3 and draw.random() < 0.9:
            mine = named.index(payer) if accounts < 10 else int(payer.number)
            at = (mine % cells + cells * draw.randrange(accounts // cells)) % accounts
        payee = named[at] if named[at] != payer else named[(at + 1) % accounts]
        amount = draw.randrange(100_00, 90_000_00)
        when = start + timedelta(seconds=number * 140_000 / transfers)
        steps.append(
            TracedTransfer(
                f"T{number}",
                "bank-one",
                when,
                payer,
                payee,
                amount,
                amount // 2,
                1 + number % 8,
                "transfer",
                None,
            )
        )
    reached = tuple(_reached(one, number, start) for number, one in enumerate(named))
    still = sum(one.still_there for one in reached)
    end = TracedEnd(named[-1], "exited", "crypto", 1_000_00, start, ())
    return Trail(
        transfer_ids=tuple(ids),
        method="fifo",
        as_of=as_of,
        started_at=start,
        loss=still + 1_000_00,
        still_there=still,
        exited=1_000_00,
        spent=0,
        beyond_horizon=0,
        victims=(victim,),
        accounts=reached,
        ends=(end,),
        steps=tuple(steps),
        holds=(),
        not_held=(),
    )


def _reached(account: BankAccount, number: int, start: Any) -> TracedAccount:
    still = number % 7 * 500_00
    return TracedAccount(
        account,
        10_000_00,
        10_000_00 - still,
        still,
        still,
        start,
        60.0,
        1 + number % 8,
        0.8,
        30.0,
        False,
        (),
        (),
    )


def fill(home: Home, ledger: Ledger, lake: Lake, transfers: int, accounts: int) -> None:
    """One case with such a trail, whose transfers lie in the lake with the devices that ordered them."""
    now = clock.get_now()
    big = trail(["T0", "T1", "T2"], now, transfers, accounts)
    rows = [
        {
            "record_id": step.record_id,
            "time": step.time,
            "payer_bank": step.payer.bank,
            "payer": step.payer.number,
            "payee_bank": step.payee.bank,
            "payee": step.payee.number,
            "amount": Decimal(step.amount) / 100,
            "currency": "THB",
            "channel": "transfer",
            "device_id": f"D{int(step.payer.number) % 900}" if number % 40 == 0 else None,
        }
        for number, step in enumerate(big.steps)
    ]
    lake.write_rows("transfers", rows, source="bank-one")
    report = {"record_id": "R1", "time": now, "scam_type": "investment", "transfer_ids": ["T0", "T1", "T2"]}
    lake.write_rows("reports", [{**report, "loss": Decimal(90_000), "channel": "1441"}], source="hotline")
    add_officer(ledger, "officer", "Officer", PASSWORD, ("officer", "supervisor"), "Police")
    moment = clock.get_now()
    made = sync_cases(ledger, lake, None, now=moment, tracer=lambda *_, as_of: big)
    assert made == 1


def server_times(ledger: Ledger, lake: Lake) -> tuple[float, float, tuple[int, int]]:
    """Seconds for the first look and for one more, and how many nodes and ties are shown."""
    officer = next(one for one in _officers(ledger))
    cache._kept.clear()
    taken = []
    for _ in range(2):
        with measure_time() as spent:
            view = service.read_chart(ledger, lake, officer, CASE, ChartLook())
        taken.append(spent.wall)
    return taken[0], taken[1], (len(view.nodes), len(view.ties))


def _officers(ledger: Ledger) -> Any:
    from warroom.access.officers import list_officers

    return list_officers(ledger)


@contextmanager
def served(home: Home, ledger: Ledger) -> Iterator[str]:
    """The room on a free port, without its background work."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(home, ledger, background=False)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()


def browser_times(address: str) -> dict[str, float]:
    """What a reader waits for, from the address to what is drawn, and the longest time that the page did not answer."""
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright, FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        sign_in_browser(page, address, "officer", PASSWORD)
        page.add_init_script(WATCH)
        found = {"opens": _drawn(page, f"{address}/cases/{CASE}/chart")}
        found["each"] = _drawn(page, f"{address}/cases/{CASE}/chart?shown=1000&each=1")
        with measure_time() as spent:
            page.request.get(f"{address}/cases/{CASE}/chart?shown=1000&each=1")
        found["server"] = spent.wall
        found["longest"] = float(page.evaluate(LONGEST))
        found["dots"] = page.locator("[data-chart-picture] .dot").count()
        with measure_time() as spent:
            page.locator("[data-chart-picture] .dot").nth(5).dispatch_event("click")
            page.wait_for_selector(".lit .dot.chosen")
        found["lit"] = spent.wall
        browser.close()
    return found


def _drawn(page: Page, address: str) -> float:
    """Seconds until a chart is drawn: its marks are set once the browser has painted it."""
    with measure_time() as spent:
        page.goto(address, timeout=120_000)
        page.wait_for_function("performance.getEntriesByName('chart-drawn').length > 0", timeout=120_000)
    return spent.wall


@contextmanager
def room(transfers: int, accounts: int) -> Iterator[tuple[Home, Ledger, Lake]]:
    """A room with one case of so many transfers between so many accounts."""
    with open_scratch_home("exercise") as home, Ledger.open(home) as ledger:
        lake = Lake.open(home)
        fill(home, ledger, lake, transfers, accounts)
        yield home, ledger, lake


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="5,000 transfers")
    transfers, accounts = FEW if run.is_quick else MANY
    with room(transfers, accounts) as (_, ledger, lake):
        first, again, (nodes, ties) = server_times(ledger, lake)
    with room(*FEW) as (home, ledger, _lake), served(home, ledger) as address:
        seen = browser_times(address)
    figures = [
        at_most(f"chart of {transfers:,} transfers put together, first look", first, "s", 5.0),
        at_most("the same chart, next look", again, "s", 2.0, f"{nodes:,} nodes, {ties:,} ties shown"),
        at_most("from the address to the drawing that opens", seen["opens"], "s", 2.0),
        at_most(f"from the address to {seen['dots']:,.0f} nodes drawn each", seen["each"], "s", 2.0),
        at_most("of that, the page put together by the server", seen["server"], "s", 0.7),
        at_most("a choice on it, until its routes are lit", seen["lit"], "s", 0.5),
        at_most("longest task of the page's thread meanwhile", seen["longest"], "ms", 1_000.0),
    ]
    return run.finish("Link chart", figures)


if __name__ == "__main__":
    sys.exit(main())
