"""The linear program that bounds a network's output from above over a part of the images.

Its variables are the pixels, and each hidden unit before and after ReLU; where a unit's sign is
open, ReLU is relaxed to the triangle below its chord (Ehlers, "Formal Verification of Piece-Wise
Linear Feed-Forward Neural Networks", 2017).

HiGHS solves it, but its tolerances aren't relied on: only its multipliers are used, see `certify`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idea.core.state.base import Floats
from idea.optional import load_package
from idea.verification.certificate import Multipliers
from idea.verification.crown import Reach
from idea.verification.layers import Dense
from idea.verification.relaxation import chord

__all__ = ["Program", "Relaxed", "load_solver"]

_OPTIONS = {
    "presolve": "off",  # each part starts from the basis of the one that it was split from
    "solver": "simplex",
    "threads": 1,
}

_SHORT = 0.3  # seconds; most take some milliseconds, and a thread as long
_POLL_SECONDS = 1.0

_FAR = 1e6  # the distance along a ray, in units of its largest entry


class Relaxed(NamedTuple):
    """The solution of the linear program."""

    image: Floats
    """The best image, (n_in,), which may have greys."""
    multipliers: list[Multipliers]
    """The multipliers of each hidden layer."""
    relaxation_errors: list[Floats]
    """The relaxation error of each hidden unit, z minus ReLU of a, layer by layer."""
    basis: Any
    """The basis for parts that this one is split into."""


class Program:
    """The linear program of layers with ReLU between them, solved for one part after the other."""

    def __init__(self, layers: Sequence[Dense], weights: Floats) -> None:
        self._api = load_solver()
        self._solver = _silent(self._api)
        for name, value in _OPTIONS.items():
            self._solver.setOptionValue(name, value)
        *self._layers, last = layers
        widths = [len(layer.b) for layer in self._layers]
        pixels = layers[0].W.shape[1]
        # Columns: the pixels, then layer by layer all a, all z.
        *firsts, self._width = itertools.accumulate((2 * n for n in widths), initial=pixels)
        self._pixels = np.arange(pixels)
        self._before = [first + np.arange(n) for first, n in zip(firsts, widths, strict=True)]
        self._after = [before + len(before) for before in self._before]
        # Rows, layer by layer: (3, n) as in `Multipliers`.
        *starts, _ = itertools.accumulate((3 * n for n in widths), initial=0)
        self._rows = [
            start + np.arange(3 * n).reshape(3, n) for start, n in zip(starts, widths, strict=True)
        ]
        self._build(weights @ last.W)

    def solve(self, reach: Reach, seconds: float, basis: Any = None) -> Relaxed:
        """Solve it over the ranges of the units, from a basis, within some seconds.

        If HiGHS doesn't finish, the image is arbitrary and the multipliers are 0.
        """
        self._set(reach)
        solver = self._solver
        if basis is not None:
            solver.setBasis(basis)
        self._run(max(seconds, 0))
        solution = solver.getSolution()
        values = np.array(solution.col_value) if solution.value_valid else np.zeros(self._width)
        multipliers = self._multipliers(solution)
        errors = [
            np.maximum(values[after] - np.maximum(values[before], 0), 0)
            for before, after in zip(self._before, self._after, strict=True)
        ]
        image = np.clip(values[self._pixels], *reach.inputs[0])
        return Relaxed(image, multipliers, errors, solver.getBasis())

    def _run(self, seconds: float) -> None:
        """Solve it; a long one in a thread, for Ctrl-C is noticed between steps of Python alone."""
        solver, until = self._solver, self._solver.getRunTime() + seconds
        solver.setOptionValue("time_limit", min(until, solver.getRunTime() + _SHORT))
        solver.run()
        if seconds <= _SHORT or not self._is(self._api.HighsModelStatus.kTimeLimit):
            return
        solver.setOptionValue("time_limit", until)
        # Not before: Ctrl-C during a callback on this thread would break HiGHS's state.
        solver.HandleUserInterrupt = True
        try:
            solver.startSolve()
            self._wait()
        except KeyboardInterrupt:
            solver.cancelSolve()
            self._wait()  # a thread that outlives Python would crash
            raise
        finally:
            solver.HandleUserInterrupt = False

    def _wait(self) -> None:
        while not self._solver.wait(_POLL_SECONDS)[0]:
            pass

    def _is(self, status: Any) -> bool:
        return bool(self._solver.getModelStatus() == status)

    def _multipliers(self, solution: Any) -> list[Multipliers]:
        """Return the multipliers; of an infeasible part, far along the ray that proves it."""
        duals = np.zeros(self._solver.getNumRow())
        if solution.dual_valid:
            duals = np.array(solution.row_dual)
        if self._is(self._api.HighsModelStatus.kInfeasible):
            _, found, ray = self._solver.getDualRay()
            if found:
                ray = np.array(ray)
                duals = duals - _FAR * ray / np.abs(ray).max()
        return [
            Multipliers(duals[sums], np.maximum(-duals[below], 0), np.maximum(duals[above], 0))
            for sums, below, above in self._rows
        ]

    def _build(self, gains: Floats) -> None:
        """Add the columns and rows; `_set` fills in bounds and chords."""
        solver, infinite = self._solver, self._api.kHighsInf
        solver.addVars(self._width, np.zeros(self._width), np.zeros(self._width))
        outputs = [self._pixels, *self._after][-1]
        solver.changeColsCost(len(gains), _indices(outputs), gains)
        solver.changeObjectiveSense(self._api.ObjSense.kMaximize)
        inputs = self._pixels
        for layer, before, after in zip(self._layers, self._before, self._after, strict=True):
            for row, b, a in zip(layer.W, layer.b, before, strict=True):
                columns = _indices([*inputs, a])
                solver.addRow(b, b, len(columns), columns, np.array([*-row, 1.0]))
            for lower, upper in ((0, infinite), (-infinite, 0)):
                for pair in zip(after, before, strict=True):
                    solver.addRow(lower, upper, 2, _indices(pair), np.array([1.0, -1.0]))
            inputs = after

    def _set(self, reach: Reach) -> None:
        """Set the bounds of all columns and the chords."""
        lower, upper = np.empty(self._width), np.empty(self._width)
        lower[self._pixels], upper[self._pixels] = reach.inputs[0]
        layers = zip(reach.units, self._before, self._after, self._rows, strict=True)
        for box, before, after, (_, _, above) in layers:
            lower[before], upper[before] = box
            lower[after], upper[after] = box.positive()
            slope, shift = chord(box)
            for row, column, coefficient in zip(above, before, -slope, strict=True):
                self._solver.changeCoeff(row, column, coefficient)
            free = np.full(len(above), -self._api.kHighsInf)
            self._solver.changeRowsBounds(len(above), _indices(above), free, shift)
        columns = np.arange(self._width, dtype=np.int32)
        self._solver.changeColsBounds(self._width, columns, lower, upper)


def load_solver() -> Any:
    """Import HiGHS."""
    return load_package("highspy", "an exact proof", "highspy")


def _silent(api: Any) -> Any:
    """Create a solver that prints nothing, not even when it enables its callbacks."""

    class Silent(api.Highs):  # type: ignore[misc]  # of a module without types
        def enableCallbacks(self) -> None:  # noqa: N802  # HiGHS's name
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    solver = Silent()
    solver.setOptionValue("output_flag", False)  # of a release without callbacks
    return solver


def _indices(columns: Iterable[int]) -> NDArray[np.int32]:
    return np.array(list(columns), np.int32)
