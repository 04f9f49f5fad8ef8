"""Names of functions, classes and locals: which of them a stranger cannot guess."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from house_files import FUNCTIONS, File

RIDDLES = frozenset({"one", "found", "told", "each", "said", "came"})
"""Locals that do not say what they hold."""
SHORT_LINES = 8
"""In a function of at most so many lines a reader sees what a local holds without its name."""
COMMANDS = (".command", ".default", ".meta")
ROUTES = (".get", ".post", ".put", ".delete", ".patch", ".websocket", ".exception_handler", ".middleware")
PROPERTIES = ("property", "cached_property", ".setter")


@dataclass(frozen=True)
class FunctionName:
    """A function or method: where it is, its name, and what its decorators are."""

    place: str
    """module:Class.name, without the root package."""
    name: str
    decorators: tuple[str, ...]
    node: ast.FunctionDef | ast.AsyncFunctionDef
    is_nested: bool

    @property
    def is_one_word(self) -> bool:
        return "_" not in self.name.strip("_")

    @property
    def is_named_elsewhere(self) -> bool:
        """Whether its name is a command's, an operationId's or a field's: what others type or read, and no verb."""
        return any(text.endswith((*COMMANDS, *ROUTES, *PROPERTIES)) for text in self.decorators)


def list_functions(file: File) -> Iterator[FunctionName]:
    """Every function and method of a file but dunders, outer ones first."""

    def walk(node: ast.AST, above: tuple[str, ...], is_nested: bool) -> Iterator[FunctionName]:
        for child in ast.iter_child_nodes(node):
            inside = above
            if isinstance(child, (*FUNCTIONS, ast.ClassDef)):
                inside = (*above, child.name)
            if isinstance(child, FUNCTIONS) and not child.name.startswith("__"):
                decorators = tuple(
                    ast.unparse(one.func if isinstance(one, ast.Call) else one)
                    for one in child.decorator_list
                )
                place = f"{file.name.partition('.')[2]}:{'.'.join(inside)}"
                yield FunctionName(place, child.name, decorators, child, is_nested)
            yield from walk(child, inside, is_nested or isinstance(child, FUNCTIONS))

    return walk(file.tree, (), False)


def list_classes(file: File) -> Iterator[str]:
    """Names of a file's public classes, without those inside functions and the `Meta` of a generated element."""

    def walk(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                if not child.name.startswith("_") and child.name != "Meta":
                    yield child.name
                yield from walk(child)
            elif not isinstance(child, FUNCTIONS):
                yield from walk(child)

    return walk(file.tree)


def list_riddles(function: FunctionName) -> Iterator[str]:
    """Riddles that a function of more than SHORT_LINES lines binds itself, as an argument, a local or a loop's variable."""
    node = function.node
    if (node.end_lineno or node.lineno) - node.lineno + 1 <= SHORT_LINES:
        return

    def walk(inner: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(inner):
            if isinstance(child, (*FUNCTIONS, ast.ClassDef)):
                continue
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                yield child.id
            if isinstance(child, ast.arg):
                yield child.arg
            yield from walk(child)

    yield from RIDDLES.intersection(walk(node))


def share_of_one_word_names(files: list[File]) -> float:
    """The share of functions and methods, commands and routes too, whose name is one word."""
    names = [function for file in files for function in list_functions(file)]
    return sum(function.is_one_word for function in names) / max(1, len(names))
