"""Metrics in Prometheus text format. Counts only: nothing here is about a person."""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

# Upper bounds in seconds; finest where pages usually answer.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass
class Metrics:
    """Requests by route and status, their time, and the turns of the background work."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    """How many requests took longer than one bound and no longer than the next."""
    seconds: float = 0.0
    turns: int = 0
    faults: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        with self._lock:
            # By the route's pattern: with numbers in them there would be as many counts as cases.
            self.requests[route, status] += 1
            self.seconds += seconds
            # Counted by interval here; Prometheus wants cumulative counts, made when rendering.
            self.buckets[bisect_left(BUCKETS, seconds)] += 1

    def count_turn(self, fault: bool) -> None:
        with self._lock:
            self.turns += 1
            self.faults += fault

    def render_text(self, gauges: Iterable[tuple[str, str, float]], unwell: Mapping[str, int]) -> str:
        """All metrics as text; `gauges`: (name, help, value), `unwell`: the number of faults by code."""
        with self._lock:
            lines = [
                "# HELP warroom_requests_total Requests by route and status.",
                "# TYPE warroom_requests_total counter",
                *(
                    f'warroom_requests_total{{route="{route}",status="{status}"}} {count}'
                    for (route, status), count in sorted(self.requests.items())
                ),
                *self._format_histogram(),
                "# HELP warroom_turns_total Turns of the background work, and those with a fault.",
                "# TYPE warroom_turns_total counter",
                f'warroom_turns_total{{fault="no"}} {self.turns - self.faults}',
                f'warroom_turns_total{{fault="yes"}} {self.faults}',
                "# HELP warroom_unwell What is unwell, by its code (docs/reference/errors.md).",
                "# TYPE warroom_unwell gauge",
                *(f'warroom_unwell{{code="{code}"}} {count}' for code, count in sorted(unwell.items())),
            ]
        for name, help_text, value in gauges:
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} gauge", f"{name} {value:g}"]
        return "\n".join(lines) + "\n"

    def _format_histogram(self) -> list[str]:
        total = sum(self.requests.values())
        return [
            "# HELP warroom_request_seconds Time to answer.",
            "# TYPE warroom_request_seconds histogram",
            *(
                f'warroom_request_seconds_bucket{{le="{bound:g}"}} {count}'
                for bound, count in zip(BUCKETS, accumulate(self.buckets), strict=False)
            ),
            f'warroom_request_seconds_bucket{{le="+Inf"}} {total}',
            f"warroom_request_seconds_sum {self.seconds:.6f}",
            f"warroom_request_seconds_count {total}",
        ]
