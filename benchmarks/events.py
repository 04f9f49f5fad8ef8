"""A thousand open pages and how fast they hear of a change: `python -m benchmarks.events [--quick]`.

The demo's home is served by `warroom serve`; 1,000 listeners over loopback hold the stream of changes open. Then an officer
takes cases, one after the other, and each listener's clock says how long after that was sent it heard: a little longer
than from the commit on. What a page does then, asking for its list, is in `benchmarks.pages`.
"""

import asyncio
import re
import resource
import sys
import time
from collections.abc import Sequence

import httpx

from benchmarks.harness import at_most, at_percentile, open_scratch_home, start_run
from benchmarks.served_room import open_client, serve_home
from warroom.ledger.ledger import Ledger
from warroom_lab.demo import founding

LISTENERS = 1_000
CHANGES = 20
BAR_MS = 1_000.0
PAUSE = 0.7
READY_SECONDS = 120.0
HEAD = "GET /events HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n"


class Page:
    """One open page: the moments at which it heard of a change."""

    def __init__(self) -> None:
        self.heard: list[float] = []
        self.ready = asyncio.Event()
        self.writer: asyncio.StreamWriter | None = None

    async def listen(self, host: str, port: int, cookie: str) -> None:
        reader, self.writer = await asyncio.open_connection(host, port)
        self.writer.write(HEAD.format(host=f"{host}:{port}", cookie=cookie).encode())
        while line := await reader.readline():
            if line.startswith(b"event: changed"):
                self.heard.append(time.perf_counter())
            elif line.startswith(b"event: ready"):
                self.ready.set()


async def _open(pages: list[Page], address: str, cookie: str) -> list[asyncio.Task[None]]:
    """Every page listening; a hundred at a time come in."""
    host, port = address.removeprefix("http://").split(":")
    tasks = []
    for start in range(0, len(pages), 100):
        some = pages[start : start + 100]
        tasks += [asyncio.create_task(page.listen(host, int(port), cookie)) for page in some]
        await asyncio.wait_for(asyncio.gather(*(page.ready.wait() for page in some)), READY_SECONDS)
    return tasks


async def measure(address: str, listeners: int, changes: int) -> tuple[list[float], int]:
    """Milliseconds from each deed to each page that heard it, and how many never heard."""
    pages = [Page() for _ in range(listeners)]
    with open_client(address) as client:
        cookie = "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)
        tasks = await _open(pages, address, cookie)
        await asyncio.sleep(2 * PAUSE)  # the first look only begins
        taken, missed = [], 0
        for place in range(changes):
            number = f"/cases/C-{1 + place}"
            form = await asyncio.to_thread(_form, client, number)
            began = time.perf_counter()
            answer = await asyncio.to_thread(client.post, f"{number}/take", data=form, follow_redirects=False)
            assert answer.status_code == 303, answer.status_code
            await asyncio.sleep(PAUSE + BAR_MS / 1000)
            # From before the deed on: the commit lies within, so this is never less than what is asked for.
            heard = [next((at for at in page.heard if at > began), None) for page in pages]
            taken += [(at - began) * 1000 for at in heard if at is not None]
            missed += heard.count(None)
        for page in pages:
            if page.writer is not None:
                page.writer.close()
        await asyncio.gather(*tasks, return_exceptions=True)
    return taken, missed


def _form(client: httpx.Client, number: str) -> dict[str, str]:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(number).text)
    assert found
    return {"csrf": found[1]}


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="100 listeners")
    listeners, changes = (100, 5) if run.is_quick else (LISTENERS, CHANGES)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with open_scratch_home("demo") as home:
        founding.build_demo_home(home)
        Ledger.open(home).close()
        with serve_home(home) as (address, server):
            time.sleep(5)
            taken, missed = asyncio.run(measure(address, listeners, changes))
            memory = server.memory_info().rss / 2**20
    figures = [
        at_percentile(f"a change heard by {listeners:,} pages", taken, 0.99, BAR_MS),
        at_percentile("the same", taken, 0.5, BAR_MS),
        at_most("pages that did not hear of a change within a second and more", missed, "pages", 0),
        at_most("memory of the server with all these pages open", memory, "MiB", 900),
    ]
    return run.finish("Changes told to open pages", figures)


if __name__ == "__main__":
    sys.exit(main())
