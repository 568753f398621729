"""Train the food classifier: python -m checkpoints.make.train_classifier TRAINING_FOLDER [--width 32] [--out FILE]

With `--withstand 1 8` the network learns to withstand changes of up to 1/255 of the food's pixels and 8/255 of all
others: its gradients then follow what a person sees (Tsipras et al. 2019, arXiv:1805.12152). Each
batch is taken three times in a row: first with noise, then each time with the step against the network that the
gradient of the time before gives for free (Shafahi et al. 2019, arXiv:1904.12843). The changes grow from nothing: at
once they would destroy what was learnt. And half of the pictures get the table and the room of another.

Takes a folder of <class>_<number>.jpg (the kit's renders, or Food-11 as homework 3 had it), or one folder per class,
named by its number or its name. Uses a GPU if there is one. Safe to stop and to start again.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import math
import platform
import re
import sys
from pathlib import Path

import matplotlib
import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn.functional import affine_grid, avg_pool2d, cross_entropy, grid_sample, interpolate
from tqdm import tqdm

from hw9_xai import output
from hw9_xai.assets import CHECKPOINTS, DATA, cache_folder
from hw9_xai.cnn.classifier import CLASSES, SIDE, FoodCNN, load_classifier
from hw9_xai.cnn.parts import SURROUNDINGS
from hw9_xai.cnn.pictures import load_picture, load_pictures, open_picture

matplotlib.use("Agg")
import matplotlib.pyplot as plt

SUFFIXES = (".jpg", ".jpeg", ".png")
SETTING = ("background", "table")  # part 0
CROCKERY = sorted(SURROUNDINGS - set(SETTING))  # parts 1, 2, ...; what comes after them is food
CPU_FLAGS = Path("/proc/cpuinfo")


def main() -> None:
    order = arguments()
    if order.out.parent != CHECKPOINTS:  # the kit's own are in its repository
        try:
            output.refuse_foreign(order.out, order.out.with_suffix(".json"), curves(order.out))
        except FileExistsError as problem:
            sys.exit(f"--out: {problem}")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    order.work.mkdir(parents=True, exist_ok=True)
    images, labels, parts, training_hash = read_set(order.training, order.work)
    test_images, test_labels, _, validation_hash = read_set(order.validation, order.work)
    print(f"{len(images)} pictures to train on, {len(test_images)} to validate, {device}")
    data = [tensor.to(device) for tensor in (images, labels, parts, test_images, test_labels)]
    model, history = train(order, device, *data)
    report(order, model.cpu().eval(), test_images, test_labels, history, training_hash, validation_hash)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("training", type=Path, help="folder of training pictures")
    parser.add_argument("--validation", type=Path, default=DATA / "validation", help="default: the kit's")
    parser.add_argument("--width", type=int, default=32, help="32 is the kit's, 128 the homework's")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--small", type=float, default=0.6, help="the share of epochs at half resolution (faster)")
    parser.add_argument("--start", type=Path, help="weights to go on from; batch norms then keep their statistics")
    parser.add_argument(
        "--withstand",
        type=float,
        nargs=2,
        metavar=("FOOD", "REST"),
        help="changes of the food's pixels and others, in 255ths",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=CHECKPOINTS / "food_cnn.safetensors")
    parser.add_argument("--work", type=Path, default=cache_folder() / "training", help="to resume from")
    return parser.parse_args()


# -- pictures ----------------------------------------------------------------------------------------------------------


def read_set(folder: Path, work: Path) -> tuple[Tensor, Tensor, Tensor, str]:
    """Pictures (N,3,128,128) uint8, labels (N,), parts (N,128,128) uint8 or (N,0,0) where there are no masks, hash.

    A folder is decoded once; afterwards it is one file in the work folder, named by what the pictures are.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.name.count(".") == 1)
    if not paths:
        sys.exit(f"{folder}: expected pictures named <class>_<number>.jpg, or in one folder per class; found none")
    names = [f"{path.relative_to(folder)} {path.stat().st_size}" for path in paths]
    key = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    cache = work / f"{key}.pt"
    if not cache.exists():
        images = [(load_picture(path) * 255).round().byte() for path in tqdm(paths, desc=f"reading {folder.name}")]
        labels = torch.tensor([class_of(path, folder) for path in paths])
        torch.save((torch.stack(images), labels, read_parts(paths)), cache.with_suffix(".passing"))
        cache.with_suffix(".passing").rename(cache)
    return *torch.load(cache, weights_only=True), key


def read_parts(paths: list[Path]) -> Tensor:  # (N,128,128) uint8: one number per name of a part, over all pictures
    cards = {}
    for folder in {path.parent for path in paths}:
        if not (folder / "parts.json").exists():
            return torch.zeros(len(paths), 0, 0, dtype=torch.uint8)
        cards[folder] = json.loads((folder / "parts.json").read_text())["pictures"]
    numbers = dict.fromkeys(SETTING, 0) | {name: number for number, name in enumerate(CROCKERY, 1)}
    parts = torch.zeros(len(paths), SIDE, SIDE, dtype=torch.uint8)
    for row, path in zip(parts, paths, strict=True):
        mask = np.asarray(open_picture(path.with_suffix(".parts.png")))
        for name, number in cards[path.parent][path.stem]["parts"].items():
            row[torch.from_numpy(mask == number)] = numbers.setdefault(name, len(numbers) - 1)
    return parts


def class_of(path: Path, folder: Path) -> int:
    if match := re.fullmatch(r"(\d+)_\d+", path.stem):
        return int(match[1])
    name = path.parent.name if path.parent != folder else ""
    if name.isdecimal():
        return int(name)
    if name in CLASSES or name.replace("-", "/") in CLASSES:  # Vegetable-Fruit: a folder's name has no slash
        return CLASSES.index(name if name in CLASSES else name.replace("-", "/"))
    sys.exit(f"{path}: expected <class>_<number>, or a folder named by class; got {path.parent.name}/{path.name}")


def augment(images: Tensor, parts: Tensor, side: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Pictures as a phone may have taken them: closer, turned, in other light, unsharp, noisy, partly covered; the part
    at each pixel, and at each place that the last convolution sees. Every second picture is only mirrored: the pictures
    that will be explained are as clear as these.

    (B,3,128,128) uint8, (B,128,128) uint8 -> (B,3,side,side) float, (B,side,side) and (B,side/16,side/16) int64
    """
    count, device = len(images), images.device

    def dice(low: float, high: float, *shape: int) -> Tensor:
        return (torch.rand(count, *shape, generator=generator) * (high - low) + low).to(device)

    mirror, clear = dice(-1, 1).sign(), dice(0, 1, 1, 1, 1) < 0.5
    still = clear[:, 0, 0, 0]
    angle = dice(-0.3, 0.3).masked_fill(still, 0)
    zoom = dice(0.6, 1.05).masked_fill(still, 1)
    stretch = dice(-0.2, 0.2).masked_fill(still, 0).exp()
    room = (1 - zoom).clamp(min=0.05).masked_fill(still, 0)
    affine = torch.stack(
        [
            mirror * zoom * stretch * angle.cos(), -zoom * angle.sin(), room * dice(-1, 1),
            mirror * zoom * angle.sin(), zoom / stretch * angle.cos(), room * dice(-1, 1),
        ], 1,
    ).reshape(-1, 2, 3)  # fmt: skip
    pixels = images.float() / 255
    if side < SIDE:
        pixels = avg_pool2d(pixels, SIDE // side)
    grid = affine_grid(affine, [count, 3, side, side], align_corners=False)
    pixels = grid_sample(pixels, grid, padding_mode="reflection", align_corners=False)

    lit = pixels * dice(-0.35, 0.35, 1, 1, 1).exp() * dice(-0.1, 0.1, 3, 1, 1).exp()
    lit = lit.clamp(0, 1) ** dice(-0.25, 0.25, 1, 1, 1).exp()
    grey = lit.mean(1, keepdim=True)
    lit = grey + (lit - grey) * dice(0.5, 1.5, 1, 1, 1)
    middle = lit.mean((1, 2, 3), keepdim=True)
    lit = middle + (lit - middle) * dice(0.75, 1.3, 1, 1, 1)
    blurred = interpolate(avg_pool2d(lit, 2), scale_factor=2, mode="bilinear", align_corners=False)
    lit = blurred + (lit - blurred) * dice(0, 1.6, 1, 1, 1).clamp(max=1)
    lit = lit + dice(0, 0.04, 1, 1, 1) * dice(-1.7, 1.7, 3, side, side)
    pixels = torch.where(clear, pixels, cover(lit, side, dice).clamp(0, 1))

    places = affine_grid(affine, [count, 1, side // 16, side // 16], align_corners=False)
    if not parts.numel():
        return pixels, parts.long(), parts.long()
    at_pixels, at_places = (
        grid_sample(parts[:, None].float(), where, "nearest", "reflection", align_corners=False)[:, 0].long()
        for where in (grid, places)
    )
    return pixels, at_pixels, at_places


def elsewhere(images: Tensor, parts: Tensor, generator: torch.Generator) -> Tensor:
    """Half of the pictures get the table and the room of another: the dish must count, not where it stands."""
    if not parts.numel():
        return images
    other = torch.randperm(len(images), generator=generator)
    there = images[other].float()
    setting = (parts[other] == 0)[:, None]
    mean = (there * setting).sum((2, 3), keepdim=True) / setting.sum((2, 3), keepdim=True).clamp(min=1)
    moved = (parts == 0)[:, None] & (torch.rand(len(images), 1, 1, 1, generator=generator) < 0.5).to(images.device)
    return torch.where(moved, torch.where(setting, there, mean).byte(), images)


def cover(pixels: Tensor, side: int, dice) -> Tensor:
    """Half of the pictures lose a rectangle: the whole dish must count, not one corner of it."""
    across = torch.arange(side, device=pixels.device)
    x, y, width, height = (dice(low, high, 1) * side for low, high in ((-0.1, 1), (-0.1, 1), (0.1, 0.4), (0.1, 0.4)))
    hole = ((across >= y) & (across < y + height))[:, None, :, None] & ((across >= x) & (across < x + width))[
        :, None, None
    ]
    return torch.where(hole & (dice(0, 1, 1, 1, 1) < 0.5), dice(0, 1, 3, 1, 1), pixels)


# -- training ----------------------------------------------------------------------------------------------------------


def train(order, device, images, labels, parts, test_images, test_labels) -> tuple[FoodCNN, list[dict]]:
    torch.manual_seed(order.seed)
    model = load_classifier(order.start) if order.start else FoodCNN(order.width)
    model.to(device, memory_format=torch.channels_last)
    # For the time of training a second reading of the last convolution: which part is where. From one label a picture
    # a small network learns slowly; the masks tell it 64 times as much. Absent where the pictures have no masks.
    if parts.numel():
        model.scaffold = nn.Conv2d(4 * order.width, int(parts.max()) + 1, 1).to(device)
    average = FoodCNN(order.width).to(device, memory_format=torch.channels_last)  # of the weights over time
    average.load_state_dict(model.state_dict(), strict=False)
    decayed = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in model.parameters() if parameter.ndim == 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": others, "weight_decay": 0}])
    history = resume(order, model, average, optimizer)
    for epoch in range(len(history), order.epochs):
        generator = torch.Generator().manual_seed(order.seed * 1000 + epoch)
        side = 64 if epoch < order.small * order.epochs else 128
        seen = train_epoch(order, model, average, optimizer, images, labels, parts, epoch, side, generator)
        accuracy = (predict(average, test_images).argmax(1) == test_labels).float().mean().item()
        history.append({"epoch": epoch, "side": side, **seen, "validation_accuracy": round(accuracy, 4)})
        keep(order, model, average, optimizer, history)
        tqdm.write(json.dumps(history[-1]))
    return average, history


def train_epoch(order, model, average, optimizer, images, labels, parts, epoch, side, generator) -> dict[str, float]:
    for module in model.modules():  # what goes on from weights keeps the statistics of its batch norms
        module.training = not order.start or isinstance(module, nn.Dropout)
    permutation = torch.randperm(len(images), generator=generator)
    steps = permutation[: len(images) // order.batch * order.batch].split(order.batch)
    loss_sum = hits = 0.0
    passes = 3 if order.withstand else 1
    # Most CPUs only imitate bfloat16, and take three times as long.
    quick = images.is_cuda or (CPU_FLAGS.exists() and "avx512_bf16" in CPU_FLAGS.read_text())
    for step, chosen in enumerate(tqdm(steps, desc=f"epoch {epoch}", leave=False)):
        for group in optimizer.param_groups:
            group["lr"] = order.lr * schedule((epoch + step / len(steps)) / order.epochs)
        chosen = chosen.to(images.device)
        taken = images[chosen]
        if order.withstand:
            taken = elsewhere(taken, parts[chosen], generator)
        pictures, parts_there, parts_seen = augment(taken, parts[chosen], side, generator)
        most = torch.zeros(len(chosen), 1, 1, 1, device=images.device)
        if order.withstand:
            food, rest = (most + change / 255 for change in order.withstand)
            most = torch.where((parts_there <= len(CROCKERY))[:, None], rest, food) if parts.numel() else food
            most = most * min(1, 4 * (epoch + step / len(steps)) / order.epochs)  # (B,1,side,side)
        change = most * (2 * torch.rand(pictures.shape, generator=generator).to(images.device) - 1)
        for _ in range(passes):
            seen_pictures = (pictures + change).clamp(0, 1).contiguous(memory_format=torch.channels_last)
            seen_pictures.requires_grad_(passes > 1)
            with torch.autocast(images.device.type, torch.bfloat16, enabled=quick):
                seen = model.cnn[:-1](seen_pictures)
                logits = judge(model, seen)
            loss = cross_entropy(logits.float(), labels[chosen], label_smoothing=0.02)
            loss_sum += loss.item() / passes
            if parts.numel():
                loss = loss + (1 - epoch / order.epochs) * cross_entropy(model.scaffold(seen.float()), parts_seen)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()
            if passes > 1:
                change = change + 1.25 * most * seen_pictures.grad.sign()
                change = torch.maximum(torch.minimum(change, most), -most)
        with torch.no_grad():
            progress = epoch + step / len(steps)
            rate = 0.1 if progress < 1 else 0.01
            now = model.state_dict()
            for key, mean in average.state_dict().items():
                mean.lerp_(now[key], rate) if mean.is_floating_point() else mean.copy_(now[key])
        hits += (logits.argmax(1) == labels[chosen]).float().mean().item()
    return {"loss": round(loss_sum / len(steps), 4), "training_accuracy": round(hits / len(steps), 4)}


def judge(model: FoodCNN, seen: Tensor) -> Tensor:
    """What follows the last convolution. The linear layers want 4x4 places; half resolution leaves 2x2, each standing
    for four."""
    features = model.cnn[-1](seen)
    if features.shape[-1] < 4:
        features = interpolate(features, 4)
    return model.fc(features.flatten(1))


def schedule(progress: float) -> float:
    warmup = 0.05
    return (
        progress / warmup if progress < warmup else 0.5 + 0.5 * math.cos(math.pi * (progress - warmup) / (1 - warmup))
    )


@torch.no_grad()
def predict(model: FoodCNN, images: Tensor) -> Tensor:  # (N,3,128,128) uint8 -> (N,classes) probabilities
    model.eval()
    return torch.cat([model(part.float() / 255).softmax(1) for part in images.split(64)])


def resume(order, model, average, optimizer) -> list[dict]:
    kept = order.work / "training.pt"
    if not kept.exists():
        return []
    state = torch.load(kept, weights_only=True)
    if state["order"] != plan(order):
        sys.exit(f"{kept} is of another training, {state['order']}; remove it, or give another --work")
    model.load_state_dict(state["model"])
    average.load_state_dict(state["average"])
    optimizer.load_state_dict(state["optimizer"])
    print(f"resumed after epoch {len(state['history']) - 1}")
    return state["history"]


def keep(order, model, average, optimizer, history) -> None:
    state = {"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict()}
    passing = order.work / "training.passing"
    torch.save(state | {"history": history, "order": plan(order)}, passing)
    passing.rename(order.work / "training.pt")


def plan(order) -> dict:
    return {name: getattr(order, name) for name in ("width", "epochs", "batch", "lr", "small", "withstand", "seed")} | {
        "training": str(order.training.resolve()),
        "start": str(order.start),
    }


# -- report ------------------------------------------------------------------------------------------------------------


def report(order, model, images, labels, history, training_hash, validation_hash) -> None:
    names = {"training": order.training.name, "start": order.start and order.start.name}
    data = {"training_data": training_hash, "validation_data": validation_hash}
    write(model, order.out, images, labels, {"plan": plan(order) | names, **data, "history": history})
    draw_curves(history, curves(order.out))


def curves(out: Path) -> Path:
    return out.with_name(f"{out.stem}_curves.png")


def put(path: Path, content: str | bytes) -> None:
    output.write(path, content, over=path.read_bytes() if path.parent == CHECKPOINTS and path.is_file() else None)


def write(model: FoodCNN, out: Path, images: Tensor, labels: Tensor, about: dict) -> None:
    """The weights, and beside them what they get right and how they came about."""
    probabilities = predict(model, images)
    confusion = torch.zeros(len(CLASSES), len(CLASSES), dtype=torch.int64)
    confusion.index_put_((labels, probabilities.argmax(1)), torch.tensor(1), accumulate=True)
    per_class = confusion.diagonal() / confusion.sum(1)
    state = {key: value.contiguous() for key, value in model.state_dict().items()}
    put(out, save(state))  # a model that has mapped the old file keeps it
    metrics = {
        "width": model.fc[0].in_features // 16 // 4,
        "validation_accuracy": round((confusion.diagonal().sum() / confusion.sum()).item(), 4),
        "per_class_accuracy": {
            name: round(value.item(), 4) for name, value in zip(CLASSES, per_class, strict=True) if not value.isnan()
        },
        "confusion_matrix": confusion.tolist(),
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
        **about,
    }
    if (DATA / "pictures").is_dir():
        pictures = load_pictures()
        truth = predict(model, (pictures.images * 255).round().byte()).gather(1, pictures.labels[:, None])[:, 0]
        metrics["observation_pictures"] = {
            name: round(p, 4) for name, p in zip(pictures.names, truth.tolist(), strict=True)
        }
    put(out.with_suffix(".json"), json.dumps(metrics, indent=1, allow_nan=False) + "\n")
    print(json.dumps({key: metrics[key] for key in metrics if key not in ("history", "confusion_matrix")}, indent=1))


def draw_curves(history: list[dict], path: Path) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
    epochs = [entry["epoch"] for entry in history]
    left.plot(epochs, [entry["loss"] for entry in history], color="0.2")
    left.set(xlabel="epoch", ylabel="training loss")
    right.plot(epochs, [entry["training_accuracy"] for entry in history], "--", label="training, augmented")
    right.plot(epochs, [entry["validation_accuracy"] for entry in history], label="validation, averaged weights")
    right.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
    right.legend(loc="lower right")
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=110)
    put(path, drawn.getvalue())
    plt.close(figure)


if __name__ == "__main__":
    main()
