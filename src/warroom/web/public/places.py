"""The registry of the public pages, one line per section. Routes, the links in the foot, page-weight budgets and the pages that tests
visit are all derived from it.
"""

from dataclasses import dataclass

from starlette.routing import Route

from warroom.web.public import (
    alert_pages,
    check_pages,
    held_pages,
    home_pages,
    job_pages,
    kept_pages,
    learn_pages,
    numbers_pages,
    proof_pages,
    real_pages,
    receipt_pages,
    refund_pages,
    report_pages,
)


@dataclass(frozen=True, slots=True)
class PublicSection:
    """One section of the public pages. `in_foot`: linked in the foot of every page, with the text of `foot.<first word of its path>`.
    `weighed`: pages with a weight budget, because they are opened first and often on slow networks. `examples`: addresses that stand
    for pages with a parameter. `is_shared`: the officers' app has addresses of its own below the same path (a notice's, with its code); this
    section's own addresses are answered here, also where both are served at one address.
    """

    routes: tuple[Route, ...]
    in_foot: bool = False
    weighed: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    is_shared: bool = False

    @property
    def path(self) -> str:
        """The address of its first page."""
        return self.routes[0].path

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that a GET without parameters opens, and the examples of those with parameters."""
        found = (
            route.path
            for route in self.routes
            if "GET" in (route.methods or ()) and not {"{", "."} & set(route.path)
        )
        return (*found, *self.examples)


PLACES = (
    PublicSection(home_pages.ROUTES, weighed=("/",)),
    PublicSection(check_pages.ROUTES, weighed=("/check",)),  # early: what most people come for
    PublicSection(report_pages.ROUTES, weighed=("/report/money",)),
    PublicSection(job_pages.ROUTES),
    PublicSection(receipt_pages.ROUTES, weighed=("/receipt",)),
    PublicSection(proof_pages.ROUTES),
    PublicSection(held_pages.ROUTES, weighed=("/appeal",), is_shared=True),
    PublicSection(refund_pages.ROUTES),
    PublicSection(real_pages.ROUTES, weighed=("/real",), in_foot=True),
    PublicSection(alert_pages.ROUTES, weighed=("/alerts",), in_foot=True),
    PublicSection(
        learn_pages.ROUTES,
        weighed=("/learn", "/learn/message"),
        examples=("/learn/recovery", "/learn/recovery/whole"),
        in_foot=True,
    ),
    PublicSection(numbers_pages.ROUTES, weighed=("/numbers",), in_foot=True),
    PublicSection(kept_pages.ROUTES, in_foot=True),
)
ROUTES = tuple(route for place in PLACES for route in place.routes)
FOOT = tuple(place.path for place in PLACES if place.in_foot)
OUTSIDE_ALONE = frozenset(
    route.path.split("/")[1] for place in PLACES if not place.is_shared for route in place.routes
) - {""}
"""First path segments that only the public app answers."""
OUTSIDE_SHARED = frozenset(route.path for place in PLACES if place.is_shared for route in place.routes)
"""Whole paths that it answers below a segment of both apps."""
