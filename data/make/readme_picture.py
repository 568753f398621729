"""Draw the picture of the README from the kit's own pictures and model: python data/make/readme_picture.py"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import hw9_xai as xai

CHOSEN = {2: "strawberries", 5: "egg", 9: "soup"}  # pictures, and the part whose outline is drawn


def main() -> None:
    model, pictures = xai.load_classifier(), xai.load_pictures()
    images, labels = pictures.images[list(CHOSEN)], pictures.labels[list(CHOSEN)]
    maps = {
        "LIME": torch.stack([e.overlay() for e in xai.lime(model, images, labels)]).permute(0, 2, 3, 1),
        "saliency": xai.normalize(xai.saliency(model, images, labels, of="score")),
        "SmoothGrad": xai.normalize(xai.smoothgrad(model, images, labels, of="score", samples=200).mean(1)),
        "integrated gradients": xai.normalize(
            xai.integrated_gradients(model, images, labels, steps=256).attributions.sum(1).abs()
        ),
    }
    columns = {"a rendered picture": images.permute(0, 2, 3, 1), **maps}
    figure, axes = plt.subplots(3, 6, figsize=(11, 5.7), dpi=100, layout="constrained")
    for row, (number, part) in enumerate(CHOSEN.items()):
        mask = pictures.masks[number][part]
        for panel, (name, values) in zip(axes[row], columns.items(), strict=False):
            panel.imshow(values[row], cmap="inferno")
            panel.contour(mask, [0.5], colors="white", linewidths=0.8)
            panel.set_title(name if row == 0 else "", fontsize=11)
        axes[row, 5].imshow(mask, cmap="gray")
        axes[row, 5].set_title(f"the truth: {part}", fontsize=11)
    for panel in axes.flat:
        panel.set_axis_off()
    figure.savefig(Path(__file__).resolve().parents[1] / "readme.png")


if __name__ == "__main__":
    main()
