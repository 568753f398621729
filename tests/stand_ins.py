"""Stand-ins for the course's files: of their names, sizes, forms and keys, with random content."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import torch
from nets import food_cnn, random_pictures
from PIL import Image
from transformers import BertTokenizer

from hw9_xai.instructor.files.fingerprint import ORIGINALS

OUTER = "ml2022spring-hw9"
QUESTION, CONTEXT, ANSWER = "a wolf sleeps", "a wolf sleeps . a sleeps .", "a wolf"


@cache
def checkpoint(width: int = 4, classes: int = 11) -> bytes:
    """As an old PyTorch wrote it: the weights, and twice as much of Adam's state."""
    model = food_cnn(width)
    if classes != 11:
        model.fc[3] = torch.nn.Linear(model.fc[3].in_features, classes)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    model.requires_grad_()
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    content = {
        "epoch": 208,
        "model_state_dict": model.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
    }
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=False)
    return buffer.getvalue()


@cache
def pictures() -> dict[str, bytes]:
    """Ten JPEGs of the stated names and sizes."""
    found = {}
    for seed, (name, size, _) in enumerate(ORIGINALS):
        small = random_pictures(1, seed=seed)[0]
        image = Image.fromarray((small.permute(1, 2, 0) * 255).byte().numpy().astype(np.uint8)).resize(size)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=85)
        found[name] = buffer.getvalue()
    return found


def zipped(files: dict[str, bytes], level: int = 1) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def food_zip() -> bytes:
    return zipped({f"food/{name}": content for name, content in pictures().items()})


def course_zip(folder: Path, width: int = 4) -> Path:
    """The ZIP with the ZIP in it."""
    path = folder / f"{OUTER}.zip"
    files = {f"{OUTER}/checkpoint.pth": checkpoint(width), f"{OUTER}/food.zip": food_zip()}
    path.write_bytes(zipped(files))
    return path


def hidden_states_folder(folder: Path) -> Path:
    """hw9_bert/ of 2022: a tokenizer, and for each of three questions a pickled tuple of 13 tensors."""
    home = folder / "hw9_bert"
    (home / "output").mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "wolf", "sleeps", "."]
    BertTokenizer(vocab={word: i for i, word in enumerate(words)}, do_lower_case=False).save_pretrained(
        home / "Tokenizer"
    )
    tokens = 3 + len(QUESTION.split()) + len(CONTEXT.split())
    for number in (1, 2, 3):
        layers = tuple(random_pictures(1, 1, tokens * 8, 768, seed=layer)[:, 0, ::8] for layer in range(13))
        torch.save(layers, home / "output" / f"model_q{number}", _use_new_zipfile_serialization=False)
    return home


def food_11_folder(folder: Path, per_part: int = 22) -> Path:
    """Food-11 in miniature: <class>_<number>.jpg in training, validation and evaluation."""
    home = folder / "food-11"
    for part in ("training", "validation", "evaluation"):
        (home / part).mkdir(parents=True)
        for number in range(per_part):
            image = Image.fromarray((np.random.default_rng(number).random((24, 24, 3)) * 255).astype(np.uint8))
            image.save(home / part / f"{number % 11}_{number}.jpg")
    return home
