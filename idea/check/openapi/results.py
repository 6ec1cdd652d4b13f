"""Types of the responses, which have no other keys."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from idea.check.openapi.values import Base64, ClassIndex, Image, Pixels, TaskEntry
from idea.files.schema import Logits, Natural, Share

__all__ = [
    "Attack",
    "Classification",
    "Error",
    "FlipGains",
    "Frame",
    "Ideal",
    "ModelEntry",
    "NearestImage",
    "Prediction",
    "SentPrediction",
    "Site",
]

Label = Annotated[str, Meta(description="The class, for networks of other tasks than MNIST's.")]


class _Result(Struct, forbid_unknown_fields=True):
    pass


class Prediction(_Result, kw_only=True):
    """How a network classifies an image; the lists are in the order of the classes."""

    digit: ClassIndex | UnsetType = UNSET
    label: Label | UnsetType = UNSET
    probability: Share
    logits: Logits
    probabilities: list[Share]


Box = Annotated[
    tuple[int, int, int, int],
    Meta(description="The part that became the image: left, top, right, bottom."),
]


class SentDigit(Prediction, kw_only=True):
    """How a network classifies one of several digits."""

    box: Box


class SentPrediction(Prediction, kw_only=True):
    """How a network classifies what was sent, all of it as one."""

    number: (
        Annotated[str, Meta(description="Of networks of digits: each digit, left to right.")]
        | UnsetType
    ) = UNSET
    digits: (
        Annotated[list[SentDigit], Meta(description="Of a picture with several digits.")]
        | UnsetType
    ) = UNSET
    image: Annotated[Image, Meta(description="As the network sees it.")]
    inverted: Annotated[bool, Meta(description="Whether the picture was dark on light.")]
    notes: Annotated[list[str], Meta(description="What was left out, or is doubtful.")]
    box: Box


class Classification(_Result, kw_only=True):
    """A prediction for each image."""

    answers: list[Prediction]


class FlipGains(Prediction, kw_only=True):
    """What each flip of a pixel adds to the energy, the target's logit."""

    energy: float
    gains: list[float]
    best: Annotated[BestFlip | None, Meta(description="Null at a local optimum.")]


class BestFlip(_Result, kw_only=True):
    """The flip with the largest gain."""

    pixel: Natural
    gain: float


class NearestImage(_Result, kw_only=True):
    """The training image that differs in the fewest pixels, made binary."""

    flips: Natural
    place: Annotated[int, Meta(ge=0, description="The index in the training set.")]
    label: Annotated[int | str, Meta(description="A number for MNIST.")]
    image: Image


class Attack(_Result, kw_only=True):
    """Flips that change a prediction."""

    flips: Pixels
    fooled: Annotated[bool, Meta(description="Whether the target is reached.")]
    before: Prediction
    after: Prediction
    digits: Annotated[list[int], Meta(description="After each flip.")] | UnsetType = UNSET
    labels: Annotated[list[str], Meta(description="After each flip.")] | UnsetType = UNSET
    margins: Annotated[
        list[float],
        Meta(description="The target's logit minus the largest other one, after each flip."),
    ]


class Ideal(_Result, kw_only=True):
    """The best image that a search found."""

    digit: ClassIndex | UnsetType = UNSET
    target: Label | UnsetType = UNSET
    probability: Share
    logits: Logits
    probabilities: list[Share]
    energy: float
    image: Image
    flat: Annotated[bool, Meta(description="Whether no flip changes the energy.")]
    locally_optimal: bool
    evaluations: Natural
    seconds: float
    finished: Annotated[bool, Meta(description="False if a limit ended the search.")]


class Frame(_Result, kw_only=True):
    """The image of a running search."""

    step: Natural
    steps: Natural
    energy: float
    image: Base64


class BetterInput(_Result):
    """A scale of inputs that fits a model far better, by the test images it then classifies."""

    input: Annotated[str, Meta(description="The field `input` with which to open the file again.")]
    accuracy: float
    accuracy_now: Annotated[float, Meta(description="For images in 0…1.")]
    loss: Annotated[float, Meta(description="The log loss.")]
    loss_now: Annotated[float, Meta(description="For images in 0…1.")]
    examples: Annotated[str, Meta(description="What was classified.")]


class PoolEntry(_Result, kw_only=True):
    """A pool after a convolution."""

    size: Annotated[list[int], Meta(description="Rows and columns of a window.")]
    strides: Annotated[list[int], Meta(description="Down and across.")]
    average: Annotated[bool, Meta(description="Whether it averages; else the largest is taken.")]


class ConvolutionEntry(_Result, kw_only=True):
    """The shape of a convolution's weights, and what is done with them."""

    shape: Annotated[list[int], Meta(description="(n_out, n_in, height, width).")]
    strides: Annotated[list[int], Meta(description="Down and across.")]
    pads: Annotated[list[int], Meta(description="Zeros at the top, left, bottom and right.")]
    pool: PoolEntry | None


class RealLogits(_Result, kw_only=True):
    """The logits that real test images reach for what they are, for each class."""

    strongest: list[float]
    median: list[float]


class PriorEntry(_Result, kw_only=True):
    """A model of probable images: a restricted Boltzmann machine."""

    name: str
    task: TaskEntry
    hidden: Annotated[int, Meta(description="Its units.")]
    typical: Annotated[
        list[float], Meta(description="What log p of most real images of each class exceeds.")
    ]
    values: Annotated[str, Meta(description="The address of its parameters.")]


class ModelEntry(_Result, kw_only=True):
    """A model."""

    id: Annotated[str, Meta(description="What requests name it by.")]
    name: str
    network: Annotated[str, Meta(description="Its layers.")]
    task: TaskEntry
    data: Annotated[str | None, Meta(description="The data set with its task, if one is known.")]
    accuracy: Annotated[str | None, Meta(description="On test images, where it is known.")]
    notes: Annotated[list[str], Meta(description="What its file leaves open, and the like.")]
    better_input: BetterInput | None
    prior_weight: Annotated[
        float | None, Meta(description="Of bundled models: the weight that is chosen for a prior.")
    ]
    real: RealLogits | None
    weights: (
        Annotated[str, Meta(description="Of MLPs and CNNs: the address of their weights.")]
        | UnsetType
    ) = UNSET
    convolutions: list[ConvolutionEntry] | UnsetType = UNSET
    layers: (
        Annotated[list[list[int]], Meta(description="Outputs and inputs of each.")] | UnsetType
    ) = UNSET
    check: (
        Annotated[list[float], Meta(description="Logits of the image that is 0.5 everywhere.")]
        | UnsetType
    ) = UNSET


class Method(_Result, kw_only=True):
    """A method of search."""

    about: str
    options: Annotated[dict[str, int | float], Meta(description="Their defaults.")]


class PublishedLimits(_Result, kw_only=True):
    """Limits of requests: bytes of files, pixels of pictures, time, and concurrent searches."""

    file: int
    picture: int
    pixels: int
    seconds: float
    searches: int


class TrainImages(_Result, kw_only=True):
    """Images of a data set to train with and to test."""

    address: str
    title: Annotated[str, Meta(description="The name of the data set.")]


class TrainFiles(_Result, kw_only=True):
    """Where the page finds what it trains networks with."""

    tensorflow: Annotated[str, Meta(description="The folder of TensorFlow.js.")]
    images: Annotated[dict[str, TrainImages], Meta(description="By data set.")]
    state: Annotated[str, Meta(description="The folder that tells whether they are there.")]


class Site(_Result, kw_only=True):
    """What the page needs to know of the server."""

    version: str
    server: bool
    default: Annotated[str, Meta(description="The id of the default model.")]
    models: list[ModelEntry]
    priors: list[PriorEntry]
    methods: dict[str, Method]
    formats: Annotated[list[str], Meta(description="Suffixes of model files.")]
    join: Annotated[Join | None, Meta(description="Null if only this machine reaches it.")]
    train: TrainFiles
    limits: PublishedLimits


class Join(_Result, kw_only=True):
    """How other machines reach the server."""

    address: str
    code: Annotated[
        list[str] | None,
        Meta(description='The rows of the address\'s QR code, "1" for a black module.'),
    ]


class Error(_Result, kw_only=True):
    """Why a request was refused."""

    error: Annotated[str, Meta(description="A message.")]
    code: Annotated[str, Meta(description="Identifies the kind of reason, such as busy.")]
    place: (
        Annotated[int, Meta(description="Of `busy`: the place in the line, from 1.")] | UnsetType
    ) = UNSET
