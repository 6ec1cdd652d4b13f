"""Keras's layers as a chain of layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from idea.errors import WeightsError
from idea.files.keras import activations, linear, scaling, shaping
from idea.files.keras.builder import Builder
from idea.files.keras.config import Layer, LayersError
from idea.files.layers.chain import AnyLayer, Chain, Shape
from idea.image import DIGITS

__all__ = ["chain_of"]

_NOTHING = {
    *("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"),
    *("Identity", "InputLayer", "SpatialDropout1D", "SpatialDropout2D"),
    *("RandomBrightness", "RandomContrast", "RandomFlip", "RandomHeight", "RandomRotation"),
    *("RandomShear", "RandomTranslation", "RandomWidth", "RandomZoom"),
}
"""The layers that do nothing when a trained network is used."""


def chain_of(
    layers: Sequence[Layer],
    shape: Sequence[int | None] | None,
    *,
    third: bool,
    flipped: bool = False,
) -> Chain:
    """Return the chain of a network's layers.

    Parameters
    ----------
    layers
        In order, with their arrays.
    shape
        Of an image, as Keras has it; lengths that are None, and a shape that is, are open.
    third
        Whether Keras 3 stored the network, not an older version.
    flipped
        Whether convolutions are true ones, as Theano's were, not cross-correlations.
    """
    builder = Builder(
        _known_shape(layers, shape), channels_last=_channels_last(layers, shape), third=third
    )
    for layer in layers:
        try:
            _add(builder, layer, flipped=flipped)
        except LayersError as error:
            raise LayersError(f"{error} (the layer {layer.name:.60})") from error
        except WeightsError as error:
            raise WeightsError(f"the layer {layer.name:.60} ({layer.kind}): {error}") from error
        except (TypeError, ValueError, KeyError, IndexError, ArithmeticError) as error:
            raise WeightsError(
                f"the layer {layer.name:.60} ({layer.kind:.60}) is damaged: {error!r:.160}"
            ) from error
    return Chain(tuple(builder.layers), builder.first)


def _known_shape(layers: Sequence[Layer], shape: Sequence[int | None] | None) -> Shape:
    """Return the shape of an image; what is open is as for MNIST, or as the first array has it."""
    if shape is not None and None not in shape:
        return tuple(n for n in shape if n is not None)
    first = next((layer.arrays[0] for layer in layers if layer.arrays), None)
    if first is not None and first.ndim == 2 and (shape is None or len(shape) == 1):
        return (len(first),)
    if shape is None:
        shape = (*DIGITS.shape, 1 if first is None or first.ndim != 4 else first.shape[2])
    sides = iter(DIGITS.shape)
    return tuple(n if n is not None else next(sides, 1) for n in shape)


def _channels_last(layers: Sequence[Layer], shape: Sequence[int | None] | None) -> bool:
    """Return the order of axes that the layers name; Dense alone have one channel anyhow."""
    of_maps = (layer for layer in layers if layer.kind != "Flatten")
    named = [layer.config["data_format"] for layer in of_maps if layer.config.get("data_format")]
    if not named:
        return not (shape and len(shape) == 3 and shape[0] == 1 != shape[2])
    if len(set(named)) > 1:
        raise LayersError("found layers whose channels are first and layers whose are last")
    return bool(named[0] != "channels_first")


def _add(builder: Builder, layer: Layer, *, flipped: bool) -> None:
    if layer.kind in _NOTHING:
        return
    if layer.kind in activations.LAYERS:
        _activate(builder, activations.of_layer(layer, third=builder.third))
        return
    if layer.kind not in _WRITERS:
        raise LayersError(f"found {layer.kind:.60}")
    if flipped and layer.arrays and layer.arrays[0].ndim == 4:
        layer.arrays[0] = layer.arrays[0][::-1, ::-1]
    _WRITERS[layer.kind](builder, layer)
    if "activation" in layer.config:
        _activate(builder, activations.named(layer.config["activation"], third=builder.third))


def _activate(builder: Builder, activation: AnyLayer | None) -> None:
    if activation is not None:
        builder.add(activation)


_WRITERS: dict[str, Callable[[Builder, Layer], None]] = {
    "Dense": linear.dense,
    "Conv2D": linear.conv,
    "Convolution2D": linear.conv,
    "DepthwiseConv2D": linear.depthwise,
    "SeparableConv2D": linear.separable,
    **dict.fromkeys(("MaxPooling2D", "AveragePooling2D"), shaping.pool),
    **dict.fromkeys(("GlobalMaxPooling2D", "GlobalAveragePooling2D"), shaping.global_pool),
    "Flatten": shaping.flatten,
    "Reshape": shaping.reshape,
    "ZeroPadding2D": shaping.pad,
    "BatchNormalization": scaling.batch_norm,
    "Normalization": scaling.normalization,
    "Rescaling": scaling.rescaling,
    "TrueDivide": scaling.operator,
    "Divide": scaling.operator,
    "Multiply": scaling.operator,
    "Subtract": scaling.operator,
    "Add": scaling.operator,
}
