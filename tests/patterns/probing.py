"""Every pattern and every reader under hostile texts, in this process: `python -m tests.patterns.probing patterns 0 4`.

Who starts it gives it a bound. A text that takes longer than `LIMIT` ends in the list of slow ones, one that would never end in an alarm
that names it: the clock of the system ends the process, since a pattern that runs lets nothing else run.
"""

import ast
import faulthandler
import importlib
import json
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import warroom
from tests.patterns.texts import near_misses, of_each_class

PATTERN_SECONDS, READER_SECONDS = 0.05, 1.0
HANGS = 60
"""Seconds after which a single text has hung."""
SKIPPED = ("warroom.web.frontend", "warroom.__main__", "warroom_lab.demo")
READERS: dict[str, tuple[str, str]] = {
    "check: an answer": ("warroom.public.outside.answers", "answer_text"),
    "check: can be read": ("warroom.public.outside.answers", "can_be_read"),
    "check: numbers and links": ("warroom.public.outside.identifiers", "identifiers_in"),
    "check: one number or link": ("warroom.public.outside.identifiers", "only_identifier"),
    "check: codes hidden": ("warroom.public.outside.masking", "mask_secret_digits"),
    "check: channels": ("warroom.public.outside.codes", "read_code"),
    "report: a sum": ("warroom.web.public.sums", "parse_sum"),
    "report: distress": ("warroom.web.public.distress", "find_cry"),
    "report: an offer of work": ("warroom.signals.adverts.red_flags", "find_red_flags"),
    "advert: an advert's contacts": ("tests.patterns.probing", "contacts_of"),
    "message: a message": ("warroom.signals.messages.reading", "read_message"),
    "domain: a name": ("warroom.signals.domains.finding", "examine_domain"),
    "domain: addresses": ("tests.patterns.probing", "addresses_of"),
    "name: a person": ("tests.patterns.probing", "person"),
    "name: a company": ("tests.patterns.probing", "company"),
    "name: its kind": ("warroom.subjects.names.analyse", "guess_name_kind"),
    "number: an identifier": ("warroom.subjects.identifiers.reading", "parse_identifier"),
    "alert: an officer's wording": ("warroom.public.campaigns.wording", "is_naming_somebody"),
    "report: what is compared": ("tests.patterns.probing", "compared"),
    "report: a payment": ("tests.patterns.probing", "payment"),
    "lake: a text folded": ("warroom.lake.texts.fold", "fold_text"),
}


def contacts_of(text: str) -> object:
    from warroom.signals.adverts.clusters.contacts import _iter_link_contacts, _iter_text_contacts

    return [*_iter_text_contacts(text), *_iter_link_contacts(text)]


def addresses_of(text: str) -> object:
    from warroom.signals.addresses.addresses import iter_addresses

    return list(iter_addresses(text))


def person(text: str) -> object:
    from warroom.subjects.names.analyse import _analyse_clean

    return _analyse_clean(text, "person")


def company(text: str) -> object:
    from warroom.subjects.names.analyse import _analyse_clean

    return _analyse_clean(text, "company")


def compared(text: str) -> object:
    from warroom.public.sameness import normalise_words

    return normalise_words({"text": text})


def payment(text: str) -> object:
    from warroom.public.matching import parse_loss_form

    return parse_loss_form({"when": text, "to": text, "amount": text, "bank": text})


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern of the program by where it stands: of modules, of what they hold, and those written out in functions."""
    found: dict[str, re.Pattern[Any]] = {}
    for info in pkgutil.walk_packages(warroom.__path__, "warroom."):
        if info.name.startswith(SKIPPED):
            continue
        module = importlib.import_module(info.name)
        for name, value in list(vars(module).items()):
            for place, pattern in enumerate(held(value, 0)):
                found.setdefault(f"{info.name}.{name}[{place}]", pattern)
        source = getattr(module, "__file__", None)
        if source and source.endswith(".py"):
            found.update(written_out(info.name, Path(source).read_text(encoding="utf-8")))
    for name, cached in lexicons():
        for place, pattern in enumerate(held(cached, 0)):
            found[f"{name}[{place}]"] = pattern
    once = {(pattern.pattern, pattern.flags): name for name, pattern in reversed(found.items())}
    return {name: found[name] for name in once.values()}


def lexicons() -> Iterator[tuple[str, object]]:
    """Patterns that are made of lists when they are first wanted."""
    from warroom.signals.adverts import lexicon
    from warroom.subjects.names import forms, titles

    for name in ("red_flag_patterns", "assurance_patterns", "place_patterns"):
        yield f"lexicon.{name}", getattr(lexicon, name)()
    yield "titles", titles._load_titles()
    yield "forms", forms._load_forms()


def held(value: object, depth: int) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, dict):
        for one in value.values():
            yield from held(one, depth + 1)
    elif depth < 3 and isinstance(value, list | tuple | frozenset | set):
        for one in value:
            yield from held(one, depth + 1)


def written_out(module: str, source: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Patterns that stand as text in a call of `re`."""
    for node in ast.walk(ast.parse(source)):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if (
            not called
            or not isinstance(node.func.value, ast.Name)
            or node.func.value.id != "re"
            or not node.args
        ):  # type: ignore[attr-defined]
            continue
        first = node.args[0]  # type: ignore[attr-defined]
        if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
            try:
                yield f"{module}:{node.lineno}", re.compile(first.value, flags_of(node))  # type: ignore[attr-defined, arg-type]
            except re.error:
                continue


def flags_of(call: ast.Call) -> int:
    said = " ".join(ast.unparse(one) for one in [*call.args[1:], *(word.value for word in call.keywords)])
    return int(
        (re.I if "re.I" in said else 0) | (re.S if "re.S" in said else 0) | (re.M if "re.M" in said else 0)
    )


def took(limit: float, call: Callable[[], object]) -> float:
    """Seconds of the processor, the best of a few tries where the first was long: another process may have had the machine."""
    best = float("inf")
    for _ in range(3):
        faulthandler.dump_traceback_later(HANGS, exit=True)
        began = time.process_time()
        call()
        best = min(best, time.process_time() - began)
        faulthandler.cancel_dump_traceback_later()
        if best <= limit:
            break
    return best


def probe_patterns(some: dict[str, re.Pattern[Any]]) -> list[str]:
    slow = []
    for name, pattern in some.items():
        for text in (*of_each_class(), *near_misses(pattern)):
            given: Any = text
            if isinstance(pattern.pattern, bytes):
                given = text.encode("utf-8", "surrogatepass")
            print(f"{name} {given[:80]!r}", file=sys.stderr, flush=True)
            spent = took(PATTERN_SECONDS, lambda pattern=pattern, given=given: every_way(pattern, given))  # type: ignore[misc]
            if spent > PATTERN_SECONDS:
                slow.append(f"{name} {spent:.2f} s {given[:60]!r}")
                break
    return slow


def every_way(pattern: re.Pattern[Any], text: Any) -> None:
    pattern.search(text)
    pattern.fullmatch(text)
    for _ in pattern.finditer(text):
        pass


def probe_readers(part: int, parts: int) -> tuple[list[str], list[str]]:
    slow, failed = [], []
    texts = of_each_class()[part::parts]
    for name, (module, function) in READERS.items():
        read = getattr(importlib.import_module(module), function)
        read("hello")
        for text in texts:
            print(f"{name} {text[:80]!r}", file=sys.stderr, flush=True)
            try:
                spent = took(READER_SECONDS, lambda read=read, text=text: read(text))  # type: ignore[misc]
            except Exception as problem:
                failed.append(f"{name}: {type(problem).__name__} {text[:20]!r}")
                continue
            if spent > READER_SECONDS:
                slow.append(f"{name} {spent:.2f} s {text[:60]!r}")
    return slow, failed


def main(what: str, part: int, parts: int) -> dict[str, object]:
    if what == "readers":
        slow, failed = probe_readers(part, parts)
        return {"readers": len(READERS), "slow": slow, "failed": failed}
    every = patterns() if what == "patterns" else {"hostile": re.compile(r"((?:\d[\d ]*)+)x", re.A)}
    some = dict(sorted(every.items())[part::parts]) if what == "patterns" else every
    if what == "hostile":
        return {"slow": probe_patterns_of(some)}
    return {"patterns": len(some), "slow": probe_patterns(some)}


def probe_patterns_of(some: dict[str, re.Pattern[Any]]) -> list[str]:
    """The same with few enough signs that a pattern of many ways ends."""
    slow = []
    for name, pattern in some.items():
        spent = took(PATTERN_SECONDS, lambda pattern=pattern: every_way(pattern, "1" * 24))  # type: ignore[misc]
        if spent > PATTERN_SECONDS:
            slow.append(f"{name} {spent:.2f} s")
    return slow


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
