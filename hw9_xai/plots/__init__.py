"""The figures of the notebooks. Every function returns the Figure."""

from hw9_xai.plots.figure import DPI as DPI
from hw9_xai.plots.images import filters, lime, maps, pictures, signed_maps, top_classes
from hw9_xai.plots.numbers import confusion, curves, effects, matrices, parts, trust
from hw9_xai.plots.text import HEADS as HEADS
from hw9_xai.plots.text import (
    attention_maps,
    coreference,
    head_lifts,
    heads,
    layers,
    masked_words,
    parts_of_speech,
    token_bars,
)

__all__ = [
    "attention_maps", "confusion", "coreference", "curves", "effects", "filters", "head_lifts", "heads", "layers",
    "lime", "maps", "masked_words", "matrices", "parts", "parts_of_speech", "pictures", "signed_maps",
    "token_bars", "top_classes", "trust",
]  # fmt: skip
