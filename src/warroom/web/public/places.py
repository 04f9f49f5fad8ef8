"""The registry of the public pages: one line a place. Addresses, the foot of every page, what a first visit may weigh and the walks of the
tests are read from here.
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
    report_pages,
)


@dataclass(frozen=True, slots=True)
class PublicSection:
    """Pages of one noun. `in_foot`: linked at the foot of every page, in the words of `foot.<first word of its path>`. `weighed`: pages
    that people open first, often on a slow line, so that their first visit has a budget. `examples`: pages whose address
    names something, as a lesson. `is_shared`: the officers' side answers the same addresses where both are served at one.
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
        """Every page that an address alone opens; of those whose address names something, the examples."""
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
    PublicSection(real_pages.ROUTES, weighed=("/real",), in_foot=True),
    PublicSection(alert_pages.ROUTES, weighed=("/alerts",), in_foot=True),
    PublicSection(
        learn_pages.ROUTES, weighed=("/learn", "/learn/message"), examples=("/learn/recovery",), in_foot=True
    ),
    PublicSection(numbers_pages.ROUTES, weighed=("/numbers",), in_foot=True),
    PublicSection(kept_pages.ROUTES, in_foot=True),
)
ROUTES = tuple(route for place in PLACES for route in place.routes)
FOOT = tuple(place.path for place in PLACES if place.in_foot)
OUTSIDE_ALONE = frozenset(
    route.path.split("/")[1] for place in PLACES if not place.is_shared for route in place.routes
) - {""}
"""The first words of paths that only the public side answers."""
