"""What becomes a dot of a drawing: a node, or a bundle of the smaller ones. A drawing of more than 60 nodes keeps the largest
accounts and bundles the rest: those that one drawn account paid, and what is left of each hop.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from warroom.room.chart.views import ChartNode, ChartView
from warroom.subjects.subject import ACCOUNT
from warroom.web.chart.words import make_chart_words
from warroom.web.kit.formats import Say

# Nodes: more are drawn small, or bundled. Chosen: about what fits a screen with a label each.
MOST_DRAWN = 60
SINGLE, ENDS, BUNDLES = 24, 4, 14
"""Of a bundled drawing: accounts that stay single, places where money left (and as many honest shops), and bundles. Chosen,
not measured.
"""
OPENS = 20
"""So many nodes leave a bundle each time it is opened, the largest first."""
BUNDLE = "bundle:"


@dataclass(frozen=True, slots=True)
class ChartThing:
    """What becomes a dot: a node or a bundle of them. `amount` in satang is what came to it, of a victim what left it."""

    key: str
    kind: str
    sub: str
    amount: int
    marks: frozenset[str]
    hop: int | None
    group: int
    size: int = 1
    still_there: int = 0
    members: tuple[str, ...] = field(default=())


def make_thing(node: ChartNode, say: Say) -> ChartThing:
    """A node by itself."""
    sub = " · ".join(filter(None, (node.label, node.bank)))
    if "victim" in node.marks:
        sub = " · ".join(filter(None, (make_chart_words(say)("mark", "victim"), node.bank)))
    marks, members = frozenset(node.marks), (node.id,)
    return ChartThing(
        node.id, node.kind, sub, node.amount, marks, node.hop, node.group, still_there=node.still_there, members=members
    )  # fmt: skip


def fold_nodes(
    nodes: Collection[ChartNode], view: ChartView, say: Say, unfolded: Iterable[str], chosen: str
) -> list[ChartThing]:
    """The things of a bundled drawing. `unfolded` names a bundle as often as it was opened; what is `chosen` stays single."""
    ordered = sorted(nodes, key=lambda node: (-node.amount, node.id))
    kept = _choose_single(ordered, chosen)
    payers = _find_largest_payers(nodes, view)
    bundle_of = {node.id: _name_bundle(node, payers, kept) for node in ordered if node.id not in kept}
    _merge_small_fans(bundle_of, {node.id: node for node in nodes})
    opened = Counter({name: times * OPENS for name, times in Counter(unfolded).items()})
    bundles: dict[str, list[ChartNode]] = defaultdict(list)
    single = [node for node in ordered if node.id in kept]
    for node in ordered:
        name = bundle_of.get(node.id)
        if name is None:
            continue
        if opened[name] > 0:
            opened[name] -= 1
            single.append(node)
        else:
            bundles[name].append(node)
    single += [members[0] for members in bundles.values() if len(members) == 1]
    return [make_thing(node, say) for node in single] + [
        _make_bundle(name, members, say) for name, members in bundles.items() if len(members) > 1
    ]


def is_end(node: ChartNode) -> bool:
    """Whether money ended there: it left the country's reach, or bought something."""
    return node.hop is None and bool({"exited", "shop"} & set(node.marks))


def _choose_single(ordered: Iterable[ChartNode], chosen: str) -> set[str]:
    """The nodes that are never bundled: victims, what stands in two cases, what is chosen, and the largest."""
    group = int(chosen[6:]) if chosen.startswith("group:") and chosen[6:].isdigit() else 0
    kept, left = set(), Counter({"account": SINGLE, "exited": ENDS, "shop": ENDS})
    for node in ordered:
        kind = "exited" if "exited" in node.marks else "shop" if "shop" in node.marks else "other"
        kind = "account" if node.hop is not None else kind
        is_asked = node.id == chosen or (group and node.group == group)
        if is_asked or {"victim", "both"} & set(node.marks):
            kept.add(node.id)
        elif left[kind] > 0:
            left[kind] -= 1
            kept.add(node.id)
    return kept


def _find_largest_payers(nodes: Iterable[ChartNode], view: ChartView) -> dict[str, str]:
    """For each node the account nearer to the victim that most of its money came from."""
    hops, best = {node.id: node.hop for node in nodes}, dict[str, tuple[int, str]]()
    for tie in view.ties:
        start, end = hops.get(tie.start), hops.get(tie.end)
        if tie.moves and tie.end in hops and start is not None and (end is None or start < end):
            best[tie.end] = max(best.get(tie.end, (-1, "")), (tie.traced, tie.start))
    return {name: payer for name, (_, payer) in best.items()}


def _name_bundle(node: ChartNode, payers: Mapping[str, str], kept: Collection[str]) -> str:
    if node.kind != ACCOUNT:
        return f"{BUNDLE}kind:{node.kind}"
    if is_end(node):
        return f"{BUNDLE}{'exited' if 'exited' in node.marks else 'shop'}"
    payer = payers.get(node.id, "")
    return f"{BUNDLE}paid:{payer}" if payer in kept else _name_tier(node)


def _name_tier(node: ChartNode) -> str:
    return f"{BUNDLE}hop:{'' if node.hop is None else node.hop}"


def _merge_small_fans(bundle_of: dict[str, str], nodes: Mapping[str, ChartNode]) -> None:
    """Put fans of a single account, and the smallest above so many, to the rest of their hop."""
    size, amount = Counter(bundle_of.values()), Counter[str]()
    for name, bundle in bundle_of.items():
        amount[bundle] += nodes[name].amount
    fans = sorted(
        (name for name in size if name.startswith(f"{BUNDLE}paid:")), key=lambda name: -amount[name]
    )
    room = BUNDLES - (len(size) - len(fans))
    small = {name for at, name in enumerate(fans) if at >= room or size[name] == 1}
    for name, bundle in bundle_of.items():
        if bundle in small:
            bundle_of[name] = _name_tier(nodes[name])


def _make_bundle(key: str, members: list[ChartNode], say: Say) -> ChartThing:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    what, _sep, kind = key.removeprefix(BUNDLE).partition(":")
    if what == "kind":
        words = f"{make_chart_words(say).format_kind(kind)} ×{say.count(len(members))}"
    else:
        words = ngettext("%(num)s account", "%(num)s accounts", len(members)) % {
            "num": say.count(len(members))
        }
    name = {"exited": _("left"), "shop": _("honest shops")}.get(what)
    kept = {"exited": {"exited"}, "shop": {"shop"}}.get(what, {"held"})
    hops = [member.hop for member in members if member.hop is not None]
    groups = {member.group for member in members}
    return ChartThing(
        key,
        "bundle" if what != "kind" else kind,
        f"{name}: {words}" if name else words,
        sum(member.amount for member in members),
        frozenset(mark for member in members for mark in member.marks) & kept,
        min(hops, default=None),
        groups.pop() if len(groups) == 1 else 0,
        len(members),
        sum(member.still_there for member in members),
        tuple(member.id for member in members),
    )


def replace_amount(
    thing: ChartThing, sums: Mapping[tuple[str, str, bool], tuple[int, int, tuple[str, ...]]]
) -> ChartThing:
    """A bundle with what it received from outside: payments among its members would be counted twice."""
    if thing.size == 1:
        return thing
    return replace(
        thing, amount=sum(sum_[0] for (_, end, money), sum_ in sums.items() if money and end == thing.key)
    )
