"""What a module imports, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "ckanext" / "ess"
OURS = "ckanext.ess"


def product_modules() -> list[Path]:
    """Every Python file of the package but its tests."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "tests" not in path.relative_to(PACKAGE).parts)


def imported(path: Path) -> set[str]:
    """Dotted names that a module imports, ``from a import b`` as ``a.b``; an action's call as ``logic``."""
    return {name for node in ast.walk(ast.parse(path.read_text())) for name in _names(node, path)}


def layer_of(path: Path) -> str:
    """First part of a module's place in the package: ``sources`` for ``sources/http.py``."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def layers_used(path: Path, actions: set[str]) -> set[str]:
    """Other layers of ours that a module needs; calling one of ``actions`` by name needs ``logic``."""
    names = {name for name in imported(path) if name.startswith(OURS + ".")}
    layers = {name.split(".")[2] for name in names}
    if any(called in actions for called in actions_called(path)):
        layers.add("logic")
    return layers - {layer_of(path)}


def actions_called(path: Path) -> set[str]:
    """Literal names given to ``get_action``."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) == "get_action"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def public_names(path: Path) -> set[str]:
    """The strings of a module's ``__all__``."""
    for node in ast.parse(path.read_text()).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(getattr(target, "id", "") == "__all__" for target in targets):
            return set(ast.literal_eval(node.value))  # type: ignore[attr-defined]
    return set()


def _names(node: ast.AST, path: Path) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        source = _absolute(node, path)
        yield from (f"{source}.{alias.name}" for alias in node.names)


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    """Name of the module that ``from … import`` reads, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).parent.parts
    base = package[: len(package) - node.level + 1]
    return ".".join((*base, *filter(None, [node.module])))
