"""What a classifier says, and what it takes for what."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hw9_xai.arguments import Labels, class_labels, pixels
from hw9_xai.cnn.network import batches, classifying


def predict(model: nn.Module, images: Tensor, labels: Labels = 0) -> Tensor:  # -> (N,classes) logits
    """The logits of each picture, however many there are; refused where there are none for these labels.

    >>> predict(FoodCNN(width=8).eval(), torch.rand(2, 3, 128, 128)).shape
    torch.Size([2, 11])
    """
    images = pixels(images)
    with classifying(model, images, class_labels(labels, images, model)) as network, torch.no_grad():
        return torch.cat([network(images[batch]) for batch in batches(len(images), None, images)])


def confusion(logits: Tensor, labels: Labels) -> Tensor:  # -> (classes,classes) int64
    """How many pictures of each class (rows) were given each answer (columns).

    >>> confusion(torch.tensor([[2.0, 1.0], [0.0, 3.0], [5.0, 1.0]]), [0, 1, 1])
    tensor([[1, 0],
            [1, 1]])
    """
    classes = logits.shape[1]
    labels = class_labels(labels, logits)
    if labels.max() >= classes:
        raise ValueError(f"labels: expected 0 to {classes - 1}, got {int(labels.max())}")
    return (labels * classes + logits.argmax(1)).bincount(minlength=classes**2).reshape(classes, classes)
