"""The files of the house as they are read for measuring, and what can be counted in one of them."""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BRANCHES = (ast.stmt, ast.ExceptHandler, ast.match_case)
LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


@dataclass(frozen=True)
class File:
    """A Python file by the name under which it is imported; `package` says that it is an `__init__.py`."""

    name: str
    package: bool
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def tokens(self) -> list[tokenize.TokenInfo]:
        return list(tokenize.generate_tokens(io.StringIO(self.text).readline))

    @property
    def room(self) -> str:
        """The top-level package or module it belongs to, empty for the root's own files."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and parts[1] != "__main__" else ""

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def comment_lines(self) -> int:
        return sum(one.type == tokenize.COMMENT for one in self.tokens)

    @property
    def code_lines(self) -> int:
        """Lines that are neither blank nor nothing but comment or docstring, of constants too."""
        code: set[int] = set()
        for one in self.tokens:
            if one.type not in LAYOUT:
                code.update(range(one.start[0], one.end[0] + 1))
        return len(code - set(self._docstring_lines()))

    def function_lengths(self) -> Iterator[int]:
        """Lines of each function and method from `def` to its end, docstring included."""
        for node in statements(self.tree):
            if isinstance(node, FUNCTIONS):
                yield (node.end_lineno or node.lineno) - node.lineno + 1

    def _docstring_lines(self) -> Iterator[int]:
        for node in statements(self.tree):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def statements(node: ast.AST, *, for_types: bool = True) -> Iterator[ast.AST]:
    """Everything below a node that holds statements or is one; without `for_types` not what TYPE_CHECKING alone brings."""
    yield node
    below: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if not for_types and isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        below = node.orelse
    for one in below:
        if isinstance(one, BRANCHES):
            yield from statements(one, for_types=for_types)


def files_of(source: Path, root: str) -> dict[str, File]:
    """Every file of a package below `source` by its name, but for what the front end's tools bring."""
    paths = (path for path in sorted((source / root).rglob("*.py")) if "node_modules" not in path.parts)
    files = (_read(path, path.relative_to(source)) for path in paths)
    return {file.name: file for file in files}


def _read(path: Path, where: Path) -> File:
    package = where.name == "__init__.py"
    parts = where.parent.parts if package else where.with_suffix("").parts
    return File(".".join(parts), package, path.read_text(encoding="utf-8"))
