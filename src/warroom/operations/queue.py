"""The jobs of a running house, as periodic tasks of procrastinate on the ledger's own database.

Several servers may work on one ledger: the queue gives each run of a job to one of them.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from procrastinate import App, PsycopgConnector

from warroom import clock
from warroom.operations import cases, deadlines, jobs
from warroom.operations.ledger import Ledger

if TYPE_CHECKING:
    from warroom.lake import Lake

# Seconds stand in the sixth field.
EVERY_10_SECONDS = "* * * * * */10"
EVERY_20_SECONDS = "* * * * * */20"
EVERY_MINUTE = "* * * * *"
EVERY_HOUR = "17 * * * *"


def queue_of(ledger: Ledger, lake: "Lake", index: Callable[[], Any]) -> App:
    """The queue with every periodic job; `index` gives the trail's index, up to date with the lake."""
    app = App(connector=PsycopgConnector(conninfo=ledger.url, min_size=1, max_size=4))

    def every(cron: str, name: str, work: Callable[[], Any]) -> None:
        @app.periodic(cron=cron)
        @app.task(name=name, lock=name, queueing_lock=name)
        def run(timestamp: int) -> None:
            work()

    every(EVERY_10_SECONDS, "clocks", lambda: jobs.strike_clocks(ledger, clock.now()))
    every(EVERY_10_SECONDS, "deadlines", lambda: deadlines.strike(ledger, clock.now()))
    every(EVERY_10_SECONDS, "reports", lambda: cases.sync_cases(ledger, lake, index()))
    every(EVERY_20_SECONDS, "trails", lambda: jobs.refresh_due(ledger, lake, index(), clock.now()))
    every(EVERY_MINUTE, "tidy", lambda: jobs.tidy(ledger, clock.now()))
    every(EVERY_HOUR, "erasure", lambda: jobs.erase(ledger, lake, clock.now()))
    every(EVERY_HOUR, "compaction", lambda: jobs.compact(ledger, lake, clock.now()))
    return app


async def work(ledger: Ledger, lake: "Lake", index: Callable[[], Any]) -> None:
    """Work until cancelled; a job under way is finished first."""
    app = queue_of(ledger, lake, index)
    async with app.open_async():
        await app.run_worker_async(
            name="warroom",
            concurrency=2,
            install_signal_handlers=False,
            delete_jobs="always",
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=20.0,
        )
