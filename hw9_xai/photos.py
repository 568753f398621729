"""Photos that no training saw: one of your own, and those that scikit-image brings along."""

from __future__ import annotations

import torch
from PIL import Image
from skimage import data
from torch import Tensor, nn

from hw9_xai.arguments import class_number, classes_of
from hw9_xai.cnn.classifier import load_classifier
from hw9_xai.cnn.pictures import Pictures, as_seen, as_tensor, load_picture
from hw9_xai.cnn.predict import predict

HOW = """\
No photo of yours yet. Write its path into my_photo (in Colab: tick upload instead), and run again.
還沒有你的照片。把路徑填進 my_photo（在 Colab 可改勾 upload），再執行一次。"""
ONLY_IN_COLAB = """\
upload works in Colab only; elsewhere write the photo's path into my_photo.
upload 只能在 Colab 使用；其他環境請把照片的路徑填進 my_photo。"""
NONE = Pictures(torch.zeros(0, 3, 1, 1), torch.zeros(0, dtype=torch.int64), [], [], [])
FREE = ("coffee", "cat", "astronaut")  # CC0, CC0, and NASA's, which is nobody's


def own_photo(path: str, label: str = "", *, model: nn.Module | None = None, upload: bool = False) -> Pictures:
    """Pictures of one photo as the model takes it; of none, with a word on what to do, where there is no photo yet,
    none that can be read, or no such class.

    In Colab `upload` asks for a file. `label` is the name of its class; of none the model's own answer is taken, and
    it is said.

    >>> len(own_photo("", "Egg"))
    No photo of yours yet. Write its path into my_photo (in Colab: tick upload instead), and run again.
    還沒有你的照片。把路徑填進 my_photo（在 Colab 可改勾 upload），再執行一次。
    0
    """
    try:
        path = str(path).strip().strip("\"'")  # as a file manager copies it
        if upload:
            from google.colab import files

            path = next(iter(files.upload()), "")  # "" where the dialogue was cancelled
        if path:
            model = load_classifier() if model is None else model
            return _answered(model, load_picture(path, model)[None], [path], label.strip())
        print(HOW)
    except ModuleNotFoundError:
        print(ONLY_IN_COLAB)
    except (OSError, ValueError) as problem:  # what a student typed must not stop the notebook
        print(f"{problem}\n這張照片用不了，請檢查路徑、檔案與類別。")
    return NONE


def real_network(name: str) -> tuple[nn.Module | None, Pictures]:
    """A real network, and three free photographs as it takes them, each with its own answer as the label. Where it
    cannot be had: None, no pictures, and a word on why.

    >>> network, photos = real_network("resnet5")
    name: expected a checkpoint, or a name like resnet50, resnet152, resnet34, got 'resnet5'
    沒有這個網路：這一節可以跳過。 This section can be skipped.
    """
    try:
        model = load_classifier(name)
    except (OSError, ValueError, ImportError) as problem:
        print(f"{problem}\n沒有這個網路：這一節可以跳過。 This section can be skipped.")
        return None, NONE
    images = [as_tensor(as_seen(Image.fromarray(getattr(data, photo)()), model)) for photo in FREE]
    return model, _answered(model, torch.stack(images), list(FREE))


def _answered(model: nn.Module, images: Tensor, names: list[str], label: str = "") -> Pictures:
    device = next(model.parameters()).device
    chances = predict(model, images.to(device)).softmax(1).cpu()
    classes = classes_of(model, chances.shape[1])
    if label:
        labels = torch.tensor([class_number(label, classes, "my_class")] * len(images))
    else:
        labels = chances.argmax(1)
        for name, row in zip(names, chances, strict=True):
            likely = ", ".join(f"{classes[one]} {row[one]:.2f}" for one in row.argsort(descending=True)[:3].tolist())
            print(f"{name}: {likely}")
    return Pictures(images, labels, names, [{}] * len(images), [], classes)
