"""The order of a graph's nodes, and the functions that they call: checks that both are finite."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from idea.files.onnx.arrays import messages

__all__ = [
    "DOMAINS",
    "InvalidGraphError",
    "check_functions",
    "check_order",
    "domain_of",
    "nodes_of",
]

DOMAINS = {"", "ai.onnx.ml", "com.microsoft"}
"""The domains of the runtime's own nodes; a graph's functions have others."""

_FILES = {"EPContext"}  # nodes that read files
_NODES = 100_000  # when all functions are inlined
_DEPTH = 50

Call = tuple[str, ...]
"""What a node calls: a domain, a name in it, and an overload."""


class InvalidGraphError(Exception):
    """Which rule a graph breaks."""


def nodes_of(parts: Iterable[Any]) -> list[Any]:
    """Return the nodes among the messages of a graph."""
    from onnx import NodeProto

    return [part for part in parts if isinstance(part, NodeProto)]


def domain_of(node: Any) -> str:
    """Return the domain of a node or a function; the standard one, with two names, is empty."""
    return "" if node.domain == "ai.onnx" else str(node.domain)


def check_functions(model: Any, path: Path) -> None:
    """Check that each node is of a known kind, and that no function calls itself.

    All functions together, inlined, may have no more than 100,000 nodes.
    """
    bodies: dict[Call, list[Call]] = {}
    for function in model.functions:
        call = (domain_of(function), function.name, getattr(function, "overload", ""))
        if call in bodies or call[0] in DOMAINS:
            raise InvalidGraphError(f"a second function {function.name}")
        bodies[call] = [_call(node) for node in nodes_of(messages(function, path))]
    sizes = _Sizes(bodies)
    graph = [_call(node) for node in nodes_of(messages(model.graph, path))]
    if sum(sizes.of(call, 0) for call in [*bodies, *graph]) > _NODES:
        raise InvalidGraphError(f"functions of more than {_NODES:,} nodes")


def _call(node: Any) -> Call:
    return domain_of(node), node.op_type, getattr(node, "overload", "")


class _Sizes:
    """The number of nodes that a node becomes when the functions that it calls are inlined."""

    def __init__(self, bodies: dict[Call, list[Call]]) -> None:
        self._bodies = bodies
        self._known: dict[Call, int] = {}

    def of(self, call: Call, depth: int) -> int:
        if call not in self._bodies:
            domain, name, _ = call
            if domain not in DOMAINS or name in _FILES:
                raise InvalidGraphError(f"an unknown node {name} of {domain!r}")
            return 1
        if depth > _DEPTH:
            raise InvalidGraphError(
                f"a function {call[1]} that calls itself, or is nested too deeply"
            )
        if call not in self._known:
            self._known[call] = 1 + sum(self.of(c, depth + 1) for c in self._bodies[call])
        return self._known[call]


def check_order(model: Any) -> None:
    """Check that each node uses only earlier results, and makes new ones.

    So there is no cycle in the graph.
    """
    _check_graph(model.graph, set())
    for function in model.functions:
        known = set(function.input)
        _check_nodes(function.node, known)
        _require_known(function.output, known, "an output")


def _check_graph(graph: Any, known: set[str]) -> None:
    """Check a graph whose nodes may use what is known around it."""
    constants = [tensor.name for tensor in graph.initializer]
    constants += [tensor.values.name for tensor in graph.sparse_initializer]
    # Up to version 3 of the format an initializer was an input as well.
    names = {value.name for value in graph.input} | set(constants)
    if len(set(constants)) < len(constants) or names & known:
        raise InvalidGraphError("two arrays or inputs with the same name")
    known |= names
    names |= _check_nodes(graph.node, known)
    _require_known((value.name for value in graph.output), known, "an output")
    known -= names


def _check_nodes(nodes: Iterable[Any], known: set[str]) -> set[str]:
    """Check nodes in order; return the names of their results, which are then known."""
    made: set[str] = set()
    for node in nodes:
        # An empty name stands for an omitted input.
        _require_known(filter(None, node.input), known, f"a node {node.op_type} that uses")
        for attribute in node.attribute:
            for graph in [attribute.g] * attribute.HasField("g") + [*attribute.graphs]:
                _check_graph(graph, known)
        results = [name for name in node.output if name]
        if not results:
            raise InvalidGraphError(f"a node {node.op_type} without a result")
        if known.intersection(results) or len(set(results)) < len(results):
            raise InvalidGraphError(f"a node {node.op_type} whose result has a name in use")
        known.update(results)
        made.update(results)
    return made


def _require_known(names: Iterable[str], known: set[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise InvalidGraphError(f"{what} {name!r}, which no earlier node makes")
