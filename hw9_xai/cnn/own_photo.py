"""A photo of one's own, explained beside the kit's pictures."""

from __future__ import annotations

import torch

from hw9_xai.cnn.classifier import CLASSES, SIDE
from hw9_xai.cnn.pictures import Pictures, load_picture

HOW = """\
No photo of yours yet. Write its path into my_photo (in Colab: tick upload instead), choose its class, run again.
還沒有你的照片。把路徑填進 my_photo（在 Colab 可改勾 upload），選好類別，再執行一次。"""
ONLY_IN_COLAB = """\
upload works in Colab only; elsewhere write the photo's path into my_photo.
upload 只能在 Colab 使用；其他環境請把照片的路徑填進 my_photo。"""


def own_photo(path: str, label: str, *, upload: bool = False) -> Pictures:
    """Pictures of one photo; of none, with a word on what to do, where there is no photo yet or none that can be read.

    In Colab `upload` asks for a file. `label` is the name of its class.

    >>> len(own_photo("", "Egg"))
    No photo of yours yet. Write its path into my_photo (in Colab: tick upload instead), choose its class, run again.
    還沒有你的照片。把路徑填進 my_photo（在 Colab 可改勾 upload），選好類別，再執行一次。
    0
    """
    if label not in CLASSES:
        raise ValueError(f"label: expected one of {', '.join(CLASSES)}, got {label!r}")
    none = Pictures(torch.zeros(0, 3, SIDE, SIDE), torch.zeros(0, dtype=torch.int64), [], [], [])
    try:
        path = str(path).strip().strip("\"'")  # as a file manager copies it
        if upload:
            from google.colab import files

            path = next(iter(files.upload()), "")  # "" where the dialogue was cancelled
        if not path:
            print(HOW)
            return none
        image = load_picture(path)
    except ModuleNotFoundError:
        print(ONLY_IN_COLAB)
        return none
    except (OSError, ValueError) as problem:  # what a student typed must not stop the notebook
        print(f"{problem}\n讀不到這張照片，請檢查路徑與檔案。")
        return none
    return Pictures(image[None], torch.tensor([CLASSES.index(label)]), [path], [{}], [])
