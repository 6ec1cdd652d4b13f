"""In which order a graph's nodes come, and what functions of its own they call: that both end."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from idea.files.onnx.arrays import messages

__all__ = [
    "DOMAINS",
    "BrokenRuleError",
    "check_functions",
    "check_order",
    "domain_of",
    "nodes_of",
]

DOMAINS = {"", "ai.onnx.ml", "com.microsoft"}
"""Those whose nodes the runtime has itself; functions of the graph's own have further ones."""

_FILES = {"EPContext"}  # it reads one
_NODES = 100_000  # when all functions are written out
_DEPTH = 50

Call = tuple[str, ...]
"""What a node calls: a domain, a name there, and an overload."""


class BrokenRuleError(Exception):
    """What rule a graph breaks."""


def nodes_of(parts: Iterable[Any]) -> list[Any]:
    """Give the nodes among the parts of a graph.

    Parameters
    ----------
    parts
        Of `idea.files.onnx.arrays.messages`.

    Returns
    -------
    list of onnx.NodeProto
        In the parts' order.
    """
    from onnx import NodeProto

    return [part for part in parts if isinstance(part, NodeProto)]


def domain_of(node: Any) -> str:
    """Give the domain of a node or a function.

    Parameters
    ----------
    node
        An `onnx.NodeProto` or `onnx.FunctionProto`.

    Returns
    -------
    str
        The standard one, which has two names, as ``""``.
    """
    return "" if node.domain == "ai.onnx" else str(node.domain)


def check_functions(model: Any, path: Path) -> None:
    """Check that each node is of a known kind, and that the functions written out come to an end.

    Parameters
    ----------
    model
        An `onnx.ModelProto`.
    path
        The file's name, for the error.

    Raises
    ------
    BrokenRuleError
        If one isn't, a function calls itself, or all come to more than 100,000 nodes.
    """
    bodies: dict[Call, list[Call]] = {}
    for function in model.functions:
        call = (domain_of(function), function.name, getattr(function, "overload", ""))
        if call in bodies or call[0] in DOMAINS:
            raise BrokenRuleError(f"a function {function.name} that is there already")
        bodies[call] = [_call(node) for node in nodes_of(messages(function, path))]
    sizes = _Sizes(bodies)
    graph = [_call(node) for node in nodes_of(messages(model.graph, path))]
    if sum(sizes.of(call, 0) for call in [*bodies, *graph]) > _NODES:
        raise BrokenRuleError(f"functions that come to more than {_NODES:,} nodes")


def _call(node: Any) -> Call:
    return domain_of(node), node.op_type, getattr(node, "overload", "")


class _Sizes:
    """How many nodes a node becomes when the functions that it calls are written out."""

    def __init__(self, bodies: dict[Call, list[Call]]) -> None:
        self._bodies = bodies
        self._known: dict[Call, int] = {}

    def of(self, call: Call, depth: int) -> int:
        if call not in self._bodies:
            domain, name, _ = call
            if domain not in DOMAINS or name in _FILES:
                raise BrokenRuleError(f"a node {name} of {domain!r}, which isn't known")
            return 1
        if depth > _DEPTH:
            raise BrokenRuleError(f"a function {call[1]} that calls itself, or others too deep")
        if call not in self._known:
            self._known[call] = 1 + sum(self.of(c, depth + 1) for c in self._bodies[call])
        return self._known[call]


def check_order(model: Any) -> None:
    """Check that each node takes what is there before it, and makes what isn't yet.

    So no way through the graph leads back to where it was.

    Parameters
    ----------
    model
        An `onnx.ModelProto`.

    Raises
    ------
    BrokenRuleError
        If a node doesn't, or an output isn't made.
    """
    _check_graph(model.graph, set())
    for function in model.functions:
        known = set(function.input)
        _check_nodes(function.node, known)
        _require_known(function.output, known, "an output")


def _check_graph(graph: Any, known: set[str]) -> None:
    """Check a graph whose nodes may take what is known around it."""
    constants = [tensor.name for tensor in graph.initializer]
    constants += [tensor.values.name for tensor in graph.sparse_initializer]
    # Up to version 3 of the format an initializer was an input as well.
    names = {value.name for value in graph.input} | set(constants)
    if len(set(constants)) < len(constants) or names & known:
        raise BrokenRuleError("two arrays or inputs of one name")
    known |= names
    names |= _check_nodes(graph.node, known)
    _require_known((value.name for value in graph.output), known, "an output")
    known -= names


def _check_nodes(nodes: Iterable[Any], known: set[str]) -> set[str]:
    """Check nodes in their order; give the names of what they make, which is known then."""
    made: set[str] = set()
    for node in nodes:
        # What has no name is left out.
        _require_known(filter(None, node.input), known, f"a node {node.op_type} that takes")
        for attribute in node.attribute:
            for graph in [attribute.g] * attribute.HasField("g") + [*attribute.graphs]:
                _check_graph(graph, known)
        results = [name for name in node.output if name]
        if not results:
            raise BrokenRuleError(f"a node {node.op_type} that makes nothing")
        if known.intersection(results) or len(set(results)) < len(results):
            raise BrokenRuleError(f"a node {node.op_type} that makes what is there already")
        known.update(results)
        made.update(results)
    return made


def _require_known(names: Iterable[str], known: set[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise BrokenRuleError(f"{what} {name!r}, which nothing before it makes")
