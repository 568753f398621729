"""Saliency (Simonyan et al. 2014): how much would the answer change if this pixel changed a little?"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hw9_xai.arguments import Labels, choice, finite, labelled
from hw9_xai.cnn.network import batches, classifying, input_gradients


def saliency(model: nn.Module, images: Tensor, labels: Labels, *, of: str = "loss") -> Tensor:  # -> (N,H,W)
    """The largest absolute gradient over the colour channels, at every pixel.

    `of="loss"` follows the cross-entropy of the label; it vanishes where the model is certain.
    `of="score"` follows the label's logit, as the paper does.

    >>> model, images = FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128)
    >>> saliency(model, images, labels=[0, 9], of="score").shape
    torch.Size([2, 128, 128])
    """
    images, labels = labelled(images, labels, model)
    choice(of, "of", ("loss", "score"))
    with classifying(model, images, labels, None) as network:
        cut = batches(len(images), None, images)
        gradients = [input_gradients(network, images[batch], labels[batch], of) for batch in cut]
    return finite(torch.cat(gradients).abs().amax(1), "gradients")  # (N,C,H,W) -> (N,H,W)
