"""Logarithm and exponential, bitwise the same on every machine and in C++.

NumPy's and the C libraries' differ from each other in the last bit. These take nothing but IEEE
operations, which are correctly rounded everywhere, in a fixed order, as
``cpp/include/idea/strategies/elementary.hpp`` does: equal seeds give equal thresholds. They are
accurate to some units in the last place.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["exponential", "logarithm", "power"]

_LN2 = 0.6931471805599453
_SQRT_HALF = 0.7071067811865476
# Below half a unit in the last place are the terms that follow: z is at most 0.0295, r 0.35.
_LOGARITHM_TERMS = 11
_EXPONENTIAL_TERMS = 17


def logarithm(x: ArrayLike) -> NDArray[np.float64]:
    """Return the natural logarithms of positive numbers, of the same shape.

    Of x = 2^e m, with m about 1, it is ``e log 2 + 2 artanh((m - 1) / (m + 1))``, by the series.

    >>> logarithm([1.0, 0.5]).tolist()
    [0.0, -0.6931471805599453]
    """
    mantissas, exponents = np.frexp(np.asarray(x, np.float64))
    small = mantissas < _SQRT_HALF
    m = np.where(small, 2 * mantissas, mantissas)
    s = (m - 1) / (m + 1)
    z = s * s
    series = np.full_like(z, 1 / (2 * _LOGARITHM_TERMS - 1))
    for n in reversed(range(_LOGARITHM_TERMS - 1)):
        series *= z
        series += 1 / (2 * n + 1)
    return np.asarray((exponents - small) * _LN2 + 2 * s * series)


def exponential(x: float) -> float:
    """Return e to the power x: ``2^k exp(r)``, by Taylor's series.

    >>> exponential(0.0), round(exponential(-1.0), 15)
    (1.0, 0.367879441171442)
    """
    k = math.floor(x / _LN2 + 0.5)
    r = x - k * _LN2
    series = 1.0
    for n in range(_EXPONENTIAL_TERMS, 0, -1):
        series = series * r / n + 1
    return math.ldexp(series, k)


def power(base: float, exponent: float) -> float:
    """Return a positive base to the power of an exponent.

    >>> power(2.0, 10.0)
    1024.0
    """
    return exponential(exponent * float(logarithm(base)))
