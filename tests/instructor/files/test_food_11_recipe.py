"""One command trains on Food-11, and what it leaves is the classifier everywhere. Here in miniature."""

import os
import shlex
import subprocess
import sys

import torch
from given.stand_ins import food_11_folder

import hw9_xai as xai
from hw9_xai.assets import KIT, edition_in_use
from hw9_xai.instructor.files.add import add
from hw9_xai.instructor.files.kinds import RECIPE
from hw9_xai.instructor.files.shelf import use


def test_the_command_that_add_prints_trains_a_classifier_that_can_be_added(tmp_path, cache):
    (row,) = add(food_11_folder(tmp_path / "a student's disk"))
    printed = row.then.removeprefix("train on it, in a clone of the repository: ")
    assert printed.endswith(RECIPE) and "--width 128" in RECIPE
    small = printed.replace("--width 128 --epochs 120 --batch 128", "--width 2 --epochs 1 --batch 11")
    python, *arguments = shlex.split(small)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1", "PYTHONPATH": str(KIT)}
    done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert python == "python" and not done.returncode, done.stderr
    assert "22 pictures to train on, 22 to validate" in done.stdout

    add(tmp_path / "food11.safetensors")
    use("course")
    trained = xai.load_classifier()
    assert trained.cnn[0].out_channels == 2 and trained.fc[3].out_features == 11
    pictures = xai.load_pictures()
    assert pictures.masks[0] and edition_in_use() == "kit", "the kit's pictures and questions, until others are added"
    assert torch.isfinite(xai.saliency(trained, pictures.images[:1], pictures.labels[:1])).all()
