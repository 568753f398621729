"""A network whose reasons are known, because its weights were set by hand."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hw9_xai.arguments import Labels, class_labels, pixels, whole_number

CLASSES, SIDE = 11, 128
KINDS = ("one colour in one place", "a suppressor", "both of two places")  # class c asks KINDS[c % 3]
GAIN = 40.0


class KnownNetwork(nn.Sequential):
    """It sees warm colours, relu(red - blue), and blue, and takes their means over two places of the picture:

    * one colour in one place: a = warmth of a square off the middle; the score is a.
    * a suppressor: a = warmth of the left half, b = blue of the right half; the score is a - b / 2.
    * both of two places: a = warmth of the upper half, b of the lower left; the score is the smaller of the two.

    Every third class asks the same, with its places turned by 90 degrees.

    `truth` shares each score out: Shapley's value of each place, and within a place as its pixels fill it.

    >>> network, images = trust.KnownNetwork(), torch.rand(3, 3, 128, 128)
    >>> truth = network.truth(images, labels=[0, 1, 2])
    >>> scores = network(images)[[0, 1, 2], [0, 1, 2]]
    >>> torch.allclose(truth.sum((1, 2)), scores, atol=1e-3)
    True
    """

    def __init__(self) -> None:
        colours = nn.Conv2d(3, 2, 1, bias=False)
        places = nn.Linear(2 * SIDE * SIDE, 2 * CLASSES, bias=False)  # a and b of every class
        pairs = nn.Linear(2 * CLASSES, 3 * CLASSES, bias=False)  # a, b and a - b, of which ReLU leaves the excess
        scores = nn.Linear(3 * CLASSES, CLASSES, bias=False)
        super().__init__(colours, nn.ReLU(), nn.Flatten(), places, pairs, nn.ReLU(), scores)
        with torch.no_grad():
            colours.weight.copy_(torch.tensor([[1.0, 0.0, -1.0], [0.0, 0.0, 1.0]])[..., None, None])
            places.weight.copy_(torch.cat([self.weights(label) for label in range(CLASSES)]).flatten(1))
            pairs.weight.copy_(torch.block_diag(*[torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])] * CLASSES))
            # a; a - b / 2; a - relu(a - b), which is the smaller
            summed = [[1.0, 0.0, 0.0], [1.0, -0.5, 0.0], [1.0, 0.0, -1.0]]
            scores.weight.copy_(torch.block_diag(*[torch.tensor([summed[c % 3]]) for c in range(CLASSES)]))

    @staticmethod
    def weights(label: int) -> Tensor:  # (places a and b,warm and blue,H,W): means, times GAIN
        weights = torch.zeros(2, 2, SIDE, SIDE)
        half, eighth = SIDE // 2, SIDE // 8
        if label % 3 == 0:
            weights[0, 0, eighth : half + eighth, eighth : half + eighth] = 1
        elif label % 3 == 1:
            weights[0, 0, :, :half] = weights[1, 1, :, half:] = 1
        else:
            weights[0, 0, :half] = weights[1, 0, half:, :half] = 1
        turned = weights.rot90(label // 3, (2, 3))
        return GAIN * turned / turned.sum((1, 2, 3), keepdim=True).clamp_min(1)

    def truth(self, images: Tensor, labels: Labels) -> Tensor:  # (N,H,W), sums to the score
        images = pixels(images)
        maps = []
        with torch.no_grad():
            for image, label in zip(images, class_labels(labels, images).tolist(), strict=True):
                seen = torch.stack([(image[0] - image[2]).relu(), image[2]])  # (2,H,W) warm, blue
                weights = self.weights(whole_number(label, "labels", 0, CLASSES - 1)).to(seen)
                a, b = (weights * seen).sum(1)  # (H,W) what each pixel puts into each place
                if label % 3 == 2:
                    least = torch.minimum(a.sum(), b.sum())
                    a, b = (least / 2 * place / place.sum().clamp_min(1e-12) for place in (a, b))
                    maps.append(a + b)
                else:
                    maps.append(a - b / 2)
        return torch.stack(maps)
