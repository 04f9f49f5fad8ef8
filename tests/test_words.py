"""The glossary names what is there: one word a thing, and the class or module that carries it."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import warroom

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "words.md"
ROWS = [line.split("|")[1:-1] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
THAI = re.compile(r"[\u0e00-\u0e7f]")
SOURCE = Path(warroom.__file__).parent
MODULES = [path for path in sorted(SOURCE.rglob("*.py")) if "node_modules" not in path.parts]

GENERAL = {"answer", "asked", "class", "kind", "limit", "look", "match", "reading", "request", "rule", "step"}
"""Words that another word before them turns into another thing, such as `FormStep`. Alone they are the glossary's."""
ELSEWHERE: dict[str, str] = {
    "actions.operations.views.SilentAgency": "an agency that has not said whether it is ready",
    "actions.schema.ActionSubject": "the row that ties a subject to an action",
    "actions.schema.OperationAgency": "the row that ties an agency to an operation",
    "actions.views.ActionOrder": "an order as the page of its action shows it",
    "assets.schema.ProceedingCase": "the row that ties a case to a proceeding",
    "assets.views.LegalOrder": "a court's or the board's order, which no partner answers",
    "cases.schema.AppealReceipt": "the code that a holder gets for an appeal",
    "evidence.views.BundleReport": "what a check of a bundle says",
    "evidence.views.EvidenceReport": "what a check of the evidence says",
    "exchange.deliver.DeliveryReport": "what a command says that it delivered",
    "exchange.inbox.AnswersReport": "what a command says that it read",
    "exchange.post.PostedOrder": "a bank's receipt for an order",
    "exchange.vouch.VouchReport": "what a command says of the signatures that it checked",
    "lake.delta.DeltaAction": "an entry of a Delta log: the protocol's own word",
    "lake.published.PublishReport": "what a command says that it published",
    "lake.rewrite.ErasureReport": "what a command says that it erased",
    "lake.streams.journal.PushReceipt": "what a partner gets for a push of records",
    "ledger.backup.BackupReport": "what a command says that it saved",
    "ledger.views.AuditReport": "what a check of the log says",
    "marking.Survivor": "a mark on the types of what survivors said",
    "money.index.registers.AccountRegister": "rows by account, of which nothing is resolved",
    "money.trail.HoldProposal": "a proposal before a case has it: the tracer knows no case",
    "orders.order_content.OrderSubject": "a subject as a partner reads it in an order",
    "payee.schema.FlagAppeal": "an appeal against a flag, in a table of its own",
    "payee.views.PaymentReport": "what a bank says became of a payment",
    "public.views.PublicHold": "a hold as its holder sees it with the code of the notice",
    "room.briefing.views.KnownCase": "a case as the briefing names it",
    "room.chart.cache.GroupedNetwork": "a network with its groups, for the chart",
    "room.lookup.views.KnowingCase": "a case that knows a subject, as the look-up names it",
    "room.queue.amounts.AskedHold": "a hold that no bank has answered, as the queue counts it",
    "room.waiting.views.ListOrder": "by what a list is sorted",
    "runtime.restore.RestoreReport": "what a command says that it restored",
    "sites.network.SupplyNetwork": "what uses power and connections: the glossary has it under site, feeder, link",
    "survivors.views.IdentificationDecision": "what the log and the tables call the outcome of an identification",
    "triage.views.SignalTrail": "a signal's money, which nobody reported",
    "web.access.officer_api.ProviderSubject": "what OpenID Connect calls an account of a provider",
    "web.cases.appeal_pages._Receipt": "a file that is being received",
    "web.evidence.api.Step": "a schema of the API, by whose name programs are generated",
    "web.kit.api.Answer": "the base of all answers of the API",
    "web.kit.shapes.Limit": "how many rows a page of the API has at most",
}
"""Classes and lists that end in a word of the glossary outside the package of its carrier, each with its reason. May only shrink."""
WITHDRAWN = {
    # In a plan it is the field's word for what may be taken: a draft, and no action of the room yet.
    "measure": ("action", ("plans",)),
    "measures": ("action", ("plans",)),
    "joint": ("operation", ()),
    "people": ("survivor", ()),
    "desk": ("payee desk, on duty, signed in", ("payee",)),
    "desks": ("payee desk, on duty, signed in", ("payee",)),
    "wall": ("limit, confidential, public", ("access", "room", "worklist")),
    "walls": ("limit, confidential, public", ("access", "room", "worklist")),
    "flag": ("red flag, sign", ("payee",)),
    "flags": ("red flag, sign", ("payee",)),
}
"""Words that named several things: what to write, and the packages in which the word still names its one thing."""
STILL: dict[str, str] = {
    "money.index.assembly._mark_flags": "bits of a posting in the kernels",
    "money.index.rows._channel_flags": "bits of a posting in the kernels",
    "money.index.transfer_graph.flags_of": "bits of a posting in the kernels",
    "public.flags": "the holder's side of payee flags",
    "public.flags.appeal_flag": "the holder's side of payee flags",
    "public.flags.load_public_flag": "the holder's side of payee flags",
    "public.views.PublicFlag": "the holder's side of payee flags",
    "records.tables.people": "the table people, whose name is in files of partners",
    "room.waiting.flags": "payee flags that wait for an officer",
    "room.waiting.flags.build_flag_appeal_source": "payee flags that wait for an officer",
    "room.waiting.flags.build_flag_source": "payee flags that wait for an officer",
    "runtime.open_home.payee_desk": "the payee desk of an open home",
    "web.actions.api.MeasureIn": "a schema of the API, by whose name programs are generated",
    "web.actions.api.MeasureReasonIn": "a schema of the API, by whose name programs are generated",
    "web.cases.appeal_pages._render_flag": "the holder's page of a payee flag",
    "web.kit.sessions.set_wall_cookie": "the cookie of a wall screen",
}
"""Names of classes, functions and modules that have such a word all the same, each with its reason. May only shrink."""


@pytest.mark.parametrize(("term", "thai", "meaning", "carrier"), ROWS, ids=[row[0].strip() for row in ROWS])
def test_a_word_has_its_thai_and_the_class_that_carries_it(
    term: str, thai: str, meaning: str, carrier: str
) -> None:
    assert term.strip()
    assert meaning.strip()
    assert THAI.search(thai)
    name = carrier.strip().strip("`")
    if name == "int":
        return
    module, _, last = name.rpartition(".")
    if last[:1].isupper():
        assert hasattr(import_module(module), last)
    else:
        import_module(name)


def test_no_word_stands_twice() -> None:
    terms = [row[0].strip() for row in ROWS]
    assert len(terms) == len(set(terms))


def split_name(name: str) -> list[str]:
    """The words of a name, in small letters: `FlagsInForce` is flags, in, force."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", name)]


def find_room(dotted: list[str]) -> str:
    """The package of the product that a module belongs to; pages and interface of a package belong to it as well."""
    return dotted[1] if dotted[0] == "web" and len(dotted) > 2 else dotted[0]


def read_rooms_by_noun() -> dict[str, set[str]]:
    """By the last word of each class that carries a term which has this word: the packages of those classes."""
    rooms = defaultdict(set)
    for term, _, _, carrier in ROWS:
        *module, name = carrier.strip().strip("`").split(".")
        noun = split_name(re.sub("(Row|View)$", "", name))[-1]
        if name[:1].isupper() and noun in re.findall("[a-z]+", term.lower()):
            rooms[noun].add(find_room(module[1:]))
    return dict(rooms)


def iter_type_names(tree: ast.Module) -> Iterator[str]:
    """Names of classes, and of types and lists that a module names like classes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and re.match("_?[A-Z][a-z]", target.id):
            yield target.id


@cache
def read_names() -> list[tuple[list[str], set[str], set[str]]]:
    """Of each module of the product: its dotted name in parts, the names of its types, and those of its functions."""
    names = []
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        functions = {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
        dotted = list(path.relative_to(SOURCE).with_suffix("").parts)
        names.append((dotted, set(iter_type_names(tree)), functions))
    return names


def find_names_elsewhere() -> list[str]:
    rooms = read_rooms_by_noun()
    names = []
    for dotted, types, _ in read_names():
        for name in types:
            *before, noun = split_name(name)
            is_other_thing = bool(before) and noun in GENERAL
            if not is_other_thing and find_room(dotted) not in rooms.get(noun, {find_room(dotted)}):
                names.append(".".join([*dotted, name]))
    return names


def test_a_class_that_ends_in_a_word_of_the_glossary_is_in_the_package_of_that_word() -> None:
    assert sorted(find_names_elsewhere()) == sorted(ELSEWHERE)
    assert len(ELSEWHERE) <= 40


def iter_words_of_names(name: str, *, is_function: bool) -> Iterator[str]:
    """The words of a name without a verb before the rest, and without `red flag`, which is a word of its own."""
    words = split_name(name)
    if is_function and words[:1] == ["measure"]:
        del words[0]
    yield from re.sub(r"\bred flags?\b", "", " ".join(words)).split()


def find_withdrawn_words() -> list[str]:
    names = []
    for dotted, types, functions in read_names():
        for name in {*dotted} | types | functions:
            words = iter_words_of_names(name, is_function=name in functions)
            if any(find_room(dotted) not in WITHDRAWN[word][1] for word in words if word in WITHDRAWN):
                names.append(".".join(dotted if name in dotted else [*dotted, name]))
    return names


def test_no_name_has_a_word_that_named_several_things() -> None:
    assert sorted(find_withdrawn_words()) == sorted(STILL)
    assert len(STILL) <= 16


def test_words_of_a_name_are_read() -> None:
    assert split_name("_FlagsInForce") == ["flags", "in", "force"]
    assert list(iter_words_of_names("measure_harm", is_function=True)) == ["harm"]
    assert list(iter_words_of_names("lock_measures", is_function=True)) == ["lock", "measures"]
    assert list(iter_words_of_names("find_red_flags", is_function=True)) == ["find"]
    assert find_room(["web", "payee", "pages"]) == find_room(["payee", "schema"]) == "payee"
