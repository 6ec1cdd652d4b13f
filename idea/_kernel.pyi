from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

def simd_names() -> list[str]: ...
def method_names() -> list[str]: ...

class Network:
    def __init__(
        self,
        layers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]],
        height: int = 28,
        width: int = 28,
    ) -> None: ...
    def logits(self, image: NDArray[np.float32]) -> NDArray[np.float64]: ...
    def exact_logits(self, image: NDArray[np.float32]) -> NDArray[np.float64]: ...

class ConvolutionalNetwork:
    def __init__(
        self,
        convolutions: Sequence[
            tuple[
                NDArray[np.float32],
                NDArray[np.float32],
                tuple[tuple[int, int], tuple[int, int], bool] | None,
                tuple[int, int],
                tuple[int, int, int, int],
            ]
        ],
        layers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]],
        height: int = 28,
        width: int = 28,
    ) -> None: ...
    def logits(self, image: NDArray[np.float32]) -> NDArray[np.float64]: ...
    def exact_logits(self, image: NDArray[np.float32]) -> NDArray[np.float64]: ...

class Prior:
    def __init__(
        self,
        weights: NDArray[np.float32],
        visible: NDArray[np.float32],
        hidden: NDArray[np.float32],
    ) -> None: ...

class State:
    def __init__(
        self,
        network: Network | ConvolutionalNetwork,
        target: int,
        image: NDArray[np.float32],
        aim: str = "logit",
        ink: float = 0.0,
        smooth: float = 0.0,
        frozen: NDArray[np.bool_] | None = None,
        prior: Prior | None = None,
        prior_weight: float = 0.0,
    ) -> None: ...
    @property
    def image(self) -> NDArray[np.float32]: ...
    @property
    def energy(self) -> float: ...
    @property
    def error_bound(self) -> float: ...
    @property
    def exact_energy(self) -> float: ...
    @property
    def evaluations(self) -> int: ...
    @property
    def logits(self) -> NDArray[np.float64]: ...
    @property
    def neighbours_error_bound(self) -> float: ...
    def gains(self) -> NDArray[np.float64]: ...
    def rough_gains(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def closer_gains(
        self, pixels: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
    def exact_gains(self, pixels: NDArray[np.intp]) -> NDArray[np.float64]: ...
    def neighbours(self) -> NDArray[np.float64]: ...
    def first(
        self,
        pixels: NDArray[np.intp],
        values: NDArray[np.float32],
        thresholds: NDArray[np.float64],
    ) -> int | None: ...
    def set(self, pixel: int, value: float) -> None: ...
    def set_image(self, image: NDArray[np.float32]) -> None: ...
    def walk(
        self,
        pixels: NDArray[np.intp],
        values: NDArray[np.float32],
        thresholds: NDArray[np.float64],
    ) -> NDArray[np.bool_]: ...
    def search(
        self,
        method: str,
        bits: Mapping[str, Any],
        every: int,
        at_step: Callable[[int, int, NDArray[np.float32] | None, float | None], bool],
        **options: float,
    ) -> dict[str, Any]: ...
