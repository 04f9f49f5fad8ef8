"""Messages and names on the internet: `python -m benchmarks.messages [--quick]`.

Thai messages are measured on folds that leave out whole groups of near-duplicates, beside letters' runs alone (TF-IDF of two
to five letters and logistic regression, as the baseline has it); the collection of others that the issue names is not on this
machine, and messages of the last month stand in for it under their own name. Names: dnstwist's permutations of twelve brands,
and false alarms on the most visited sites. Every share of false alarms stands with its upper bound and the count behind it.
"""

import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness import Figure, at_least, at_most, measure_time, start_run
from benchmarks.outside import outside
from warroom.signals.messages.reading import load_shipped_model, read_message
from warroom_lab.labelled.bounds import compute_upper_bound

CARD = Path(__file__).resolve().parents[1] / "src/warroom/signals/models/messages.json"
HELD = Path(__file__).with_name("messages_held.toml")
TWELVE = (
    "scb.co.th", "kasikornbank.com", "bangkokbank.com", "krungthai.com", "krungsri.com", "ttbbank.com",
    "ghbank.co.th", "truemoney.com", "thailandpost.co.th", "thaipoliceonline.go.th", "shopee.co.th", "lazada.co.th",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments)
    data = outside("data/text")
    _say_card()
    run.show("Messages", [*_held(), *_speed()])
    names = [*_permutations(TWELVE[:2] if run.is_quick else TWELVE), _visited(data)]
    return run.finish("Names on the internet", names)


def _say_card() -> None:
    """Print the card's figures of the shipped model. Nothing here measures them: scripts/train-messages does, so they get no verdict."""
    told = json.loads(CARD.read_text(encoding="utf-8"))
    if told["model"] != f"messages-{load_shipped_model().version}":
        raise SystemExit("the card is of another model than ships; run scripts/train-messages")
    thai, later, english = (told[name] for name in ("thai", "later", "english"))
    low, high = thai["interval_95"]["auprc"]
    least, most = thai["interval_95"]["recall_at_1_percent"]
    print(
        "\nMessages, as of the card (measured when the model was made, not measured here; wished for in brackets)"
    )
    print(
        f"  Thai scams, grouped folds, AUPRC {thai['auprc']:.3f} ({low:.3f} to {high:.3f}; letters alone .961) [.965]"
    )
    print(
        f"  Thai scams, recall at 1 % false alarms {thai['recall_at_1_percent']:.3f} ({least:.3f} to {most:.3f}; letters alone .766) [.80]"
    )
    print(
        f"  Thai scams of the last month, AUPRC {later['auprc']:.3f} ({later['scams']} of {later['texts']}; no second collection here) [.90]"
    )
    print(f"  English, grouped folds, AUPRC {english['auprc']:.3f} (2012; scams named by a rule) [.95]")
    for name, one in told["false_alarms"].items():
        print(
            f"  Flagged: {name} {one['flagged']} of {one['honest']:,} ({one['share']:.2%}, at most {one['upper_bound']:.2%} in 95 of 100) [1 % of ordinary ones]"
        )


def _held() -> list[Figure]:
    """Thai messages written for this program of kinds that the collection of 2022 hardly has, and what the real senders write."""
    told = tomllib.loads(HELD.read_text(encoding="utf-8"))
    named = {
        label: [read_message(text).kind == "scam" for of in told.values() for text in of[label]]
        for label in ("scam", "ok")
    }
    scams, honest = named["scam"], named["ok"]
    beside = f"{sum(honest)} of {len(honest)}; at most {compute_upper_bound(sum(honest), len(honest)):.1%} in 95 of 100"
    return [
        at_least("Parcel, agency, electricity and recovery scams named (written here)", sum(scams) / len(scams), "share", 0.8, f"{sum(scams)} of {len(scams)}"),
        at_most("Honest notices of the same senders flagged", sum(honest) / len(honest), "share", 0.05, beside),
    ]  # fmt: skip


def _speed() -> list[Figure]:
    text = "พัสดุของคุณตกค้าง ชำระค่าธรรมเนียม 49 บาทที่ thpost-track.icu ภายใน 24 ชั่วโมง ติดต่อ @thpost"
    read_message(text)
    with measure_time() as spent:
        for _ in range(500):
            read_message(text)
    return [at_least("messages read by a core", 500 / spent.cpu, "/s", 500, "letters alone 3,730")]


def _permutations(brands: tuple[str, ...]) -> list[Figure]:
    from warroom.signals.addresses.look_alike import find_look_alike

    try:
        import dnstwist
    except ImportError:
        missing = "not measured: dnstwist is not installed (pip install dnstwist)"
        return [at_least("dnstwist's permutations found", 0.0, "share", 0.97, missing)]
    made: list[tuple[str, str]] = []
    for brand in brands:
        fuzzer = dnstwist.Fuzzer(brand)
        fuzzer.generate()
        made += [(one["fuzzer"], one["domain"]) for one in fuzzer.domains if one["domain"] != brand]
    dotted = [name for kind, name in made if kind == "subdomain"]
    with measure_time() as spent:
        found = sum(find_look_alike(name) is not None for _, name in made)
    told = f"{len(made):,} of {len(brands)} brands; a skeleton with edit distances .953"
    return [
        at_least("dnstwist's permutations found", found / len(made), "share", 0.97, told),
        at_least("those with a dot put in", sum(find_look_alike(name) is not None for name in dotted) / len(dotted), "share", 0.97, f"{len(dotted)}; the same .31"),
        at_least("names looked at by a core", len(made) / spent.cpu, "/s", 1_000, "a skeleton 17,600"),
    ]  # fmt: skip


def _visited(data: Path) -> Figure:
    from warroom.signals.addresses.look_alike import find_look_alike

    names = json.loads((data / "misp/tranco10k.json").read_text(encoding="utf-8"))["list"]
    flagged = sum(find_look_alike(name) is not None for name in names)
    bound = compute_upper_bound(flagged, len(names))
    beside = f"{flagged} of {len(names):,}; none of them is on a list here"
    return at_most("most visited sites flagged, upper bound", bound, "share", 0.001, beside)


if __name__ == "__main__":
    sys.exit(main())
