"""What the picture page shows, computed in advance: maps, every superpixel hidden alone, every part taken out."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zlib import compress

import torch
from matplotlib import colormaps
from PIL import Image
from torch import Tensor, nn
from torchvision.transforms.functional import gaussian_blur

from hw9_xai.cnn.integrated_gradients import generate_images_on_linear_path, integrated_gradients
from hw9_xai.cnn.lime import LimeExplanation, lime
from hw9_xai.cnn.parts import Masks, joined
from hw9_xai.cnn.predict import predict
from hw9_xai.cnn.saliency import saliency
from hw9_xai.cnn.smoothgrad import smoothgrad
from hw9_xai.cnn.superpixels import hide_everything

COUNTS, NOISES = (1, 4, 16), (0.05, 0.15, 0.4)  # SmoothGrad's samples, and its noise
LEGS, STEPS = 8, 4  # integrated gradients: the way from black is shown in legs of so many steps
CURVE = 33  # points of the score on that way


def exploration(
    model: nn.Module, image: Tensor, label: int, masks: Masks, without: Mapping[str, Tensor], samples: int, seed: int
) -> dict[str, Any]:
    """All of one picture (C,H,W). Scores are logits of every class; a map is a picture that can be laid over it."""
    x = image[None]
    (explanation,) = lime(model, x, label, samples=samples, seed=seed)
    scores = predict(model, x)[0]
    path = generate_images_on_linear_path(image, 0.0, torch.linspace(0, 1, CURVE))  # (CURVE,C,H,W)
    return {
        "photo": photo(image),
        "label": label,
        "scores": rounded(scores),
        "saliency": unsigned(saliency(model, x, label, of="score")[0]),
        "smoothgrad": [
            [
                unsigned(smoothgrad(model, x, label, samples=count, noise=noise, of="score", seed=seed)[0].amax(0))
                for count in COUNTS
            ]
            for noise in NOISES
        ],
        "path": {"maps": growing(model, image, label), "scores": rounded(predict(model, path)[:, label])},
        "lime": {
            "map": signed(explanation.heatmap()),
            "segments": packed(explanation.segments),
            "weights": rounded(explanation.weights),
            "alone": rounded(scores[label] - hidden_alone(model, explanation)),
            "r2": round(explanation.r2, 3),
        },
        "parts": [
            {"name": name, "photo": photo(picture), "scores": rounded(after)}
            for (name, picture), after in zip(without.items(), taken_out(model, image, without), strict=True)
        ],
        "places": {name: packed(place) for name, place in joined(masks, without).items()},
    }


def growing(model: nn.Module, image: Tensor, label: int) -> list[str]:
    """Integrated gradients from black up to each of so many points of the way: the legs add up to the whole."""
    points = generate_images_on_linear_path(image, 0.0, torch.linspace(0, 1, LEGS + 1))
    legs = integrated_gradients(model, points[1:], label, baseline=points[:-1], steps=STEPS).attributions
    sums = legs.sum(1).cumsum(0)  # (LEGS,H,W)
    blurred = gaussian_blur(sums, 5, 1.0)
    end = float(blurred[-1].abs().quantile(0.99))  # one scale for all of them: what grows is seen to grow
    return [signed(one, end) for one in blurred]


def hidden_alone(model: nn.Module, explanation: LimeExplanation) -> Tensor:  # (S,)
    """The label's score with one superpixel hidden, for each."""
    image, pieces = explanation.image, explanation.segments
    hidden = hide_everything(image, pieces, "mean")
    numbers = torch.arange(len(explanation.weights), device=pieces.device)
    pictures = torch.where(pieces == numbers[:, None, None, None], hidden, image)  # (S,C,H,W)
    return predict(model, pictures)[:, explanation.label]


def taken_out(model: nn.Module, image: Tensor, without: Mapping[str, Tensor]) -> Tensor:  # (parts,classes)
    return predict(model, torch.stack([*without.values()]).to(image)) if without else torch.zeros(0, 0)


# -- as the page holds it ----------------------------------------------------------------------------------------------


def photo(image: Tensor) -> str:
    return picture_of(image.expand(3, -1, -1).permute(1, 2, 0), quality=92, subsampling=0)


def unsigned(map: Tensor) -> str:
    """0 is black; the brightest hundredth is cut, or one pixel would darken all others."""
    values = (map / map.quantile(0.99).clamp(min=1e-30)).clamp(0, 1)
    return picture_of(coloured(values, "inferno"))


def signed(map: Tensor, end: float | None = None) -> str:
    """0 is white, orange for the label and purple against it, both as far as the same end."""
    end = float(map.abs().quantile(0.99)) if end is None else end
    return picture_of(coloured((0.5 + 0.5 * map / max(end, 1e-30)).clamp(0, 1), "PuOr_r"))


def coloured(values: Tensor, name: str) -> Tensor:  # (H,W) in [0, 1] -> (H,W,3)
    return torch.from_numpy(colormaps[name](values.cpu().double().numpy())[..., :3])


def picture_of(pixels: Tensor, **how: int) -> str:  # (H,W,3) in [0, 1] -> a data address
    written = BytesIO()
    Image.fromarray((pixels.cpu() * 255).round().byte().numpy()).save(written, "JPEG", **how)
    return f"data:image/jpeg;base64,{b64encode(written.getvalue()).decode()}"


def packed(map: Tensor) -> str:
    """Whole numbers (H,W), two bytes each, deflated."""
    return b64encode(compress(map.cpu().numpy().astype("<u2").tobytes())).decode()


def rounded(values: Tensor) -> list[float]:
    return [round(value, 4) for value in values.double().tolist()]
