import io
import json
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import Compose, Resize, ToTensor

from hw9_xai.cnn.pictures import load_photo, load_picture, load_pictures
from hw9_xai.real import RealClassifier


def gradient(width=200, height=100):
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([x, y, 128 + 0 * x], -1).round().astype(np.uint8))


@pytest.fixture
def folder(tmp_path):
    for name in ("10_3.png", "0_0.png", "2_11.png", "2_4.png"):
        gradient().save(tmp_path / name)
    return tmp_path


def test_order_is_by_class_and_number(folder):
    pictures = load_pictures(folder)
    assert pictures.names == ["0_0.png", "2_4.png", "2_11.png", "10_3.png"]
    assert pictures.labels.tolist() == [0, 2, 2, 10]
    assert pictures.classes == ["Bread", "Dessert", "Dessert", "Vegetable/Fruit"]
    assert pictures.images.shape == (4, 3, 128, 128) and len(pictures) == 4 and pictures.masks == [{}] * 4


def test_resizing_is_the_homeworks(tmp_path):
    noisy = Image.fromarray(np.random.default_rng(0).integers(0, 256, (301, 517, 3), np.uint8))
    noisy.save(tmp_path / "a.png")
    homework = Compose([Resize((128, 128)), ToTensor()])
    assert torch.equal(load_picture(tmp_path / "a.png"), homework(noisy))


def test_a_phones_rotation_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90 degrees clockwise
    gradient().save(tmp_path / "a.jpg", exif=exif, quality=95)
    expected = load_picture(saved(gradient().rotate(-90, expand=True), tmp_path / "b.png"))
    assert (load_picture(tmp_path / "a.jpg") - expected).abs().mean() < 0.01


SEEN = RealClassifier(torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()), ["r", "g", "b"], 96,
                      0.75, [0.5] * 3, [0.5] * 3)  # fmt: skip
TURNED = {  # how a photo lies in its file, by EXIF's number
    1: lambda photo: photo,
    2: lambda photo: photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda photo: photo.rotate(180),
    4: lambda photo: photo.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda photo: photo.transpose(Image.Transpose.TRANSPOSE),
    6: lambda photo: photo.rotate(90, expand=True),
    7: lambda photo: photo.transpose(Image.Transpose.TRANSVERSE),
    8: lambda photo: photo.rotate(-90, expand=True),
}


@pytest.mark.parametrize("model", [None, SEEN], ids=["squeezed", "cut"])
@pytest.mark.parametrize("turn", TURNED)
def test_however_a_phone_was_held_the_photo_is_upright(turn, model, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = turn
    TURNED[turn](gradient()).save(tmp_path / "a.jpg", exif=exif, quality=95)
    expected = load_picture(saved(gradient(), tmp_path / "b.png"), model)
    loaded = load_picture(tmp_path / "a.jpg", model)
    assert loaded.shape == expected.shape and (loaded - expected).abs().mean() < 0.01
    seen, whole = load_photo(tmp_path / "a.jpg", model)
    assert torch.equal(seen, loaded) and whole.shape == (3, 100, 200)
    assert (whole - load_photo(tmp_path / "b.png", model)[1]).abs().mean() < 0.01


def test_a_real_models_picture_is_the_square_in_the_middle_of_the_photo(tmp_path):
    path = saved(gradient(), tmp_path / "a.png")
    red, green, _ = load_picture(path, SEEN)
    assert red.shape == (96, 96)
    assert red[0, [0, -1]].tolist() == pytest.approx([0.5 - 0.75 / 4, 0.5 + 0.75 / 4], abs=0.01)
    assert green[[0, -1], 0].tolist() == pytest.approx([0.125, 0.875], abs=0.01)


PEAK = """
import sys
from hw9_xai.cnn.pictures import load_photo
from hw9_xai.real import RealClassifier
import torch

def memory(kind):
    (line,) = (line for line in open("/proc/self/status") if line.startswith(kind))
    return int(line.split()[1]) / 1024

pool = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
model = RealClassifier(pool, ["r", "g", "b"], 96, 0.75, [0.5] * 3, [0.5] * 3)
small, large = sys.argv[1:]
for path in (small, large):
    open("/proc/self/clear_refs", "w").write("5")  # forget the peak so far
    before = memory("VmRSS")
    found = load_photo(path, model)
    print(memory("VmHWM") - before, *found[1].shape, float(found[0][0].mean()), float(found[1][0].mean()))
"""


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="only Linux tells the peak")
@pytest.mark.parametrize("mode, turn", [("RGB", 1), ("RGB", 6), ("CMYK", 1), ("CMYK", 8)])
def test_a_photo_of_24_million_pixels_is_clear_and_fits_into_memory(mode, turn, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = turn
    large = gradient().resize((6000, 4000), Image.Resampling.BILINEAR).convert(mode)
    TURNED[turn](large).save(tmp_path / "large.jpg", exif=exif)
    gradient(60, 40).convert(mode).save(tmp_path / "small.jpg")
    program = [sys.executable, "-c", PEAK, str(tmp_path / "small.jpg"), str(tmp_path / "large.jpg")]
    _, said = subprocess.check_output(program, text=True).splitlines()
    peak, *shape, seen, shown = map(float, said.split())
    assert shape == [3, 1067, 1600] and seen == pytest.approx(0.5, abs=0.02) and shown == pytest.approx(0.5, abs=0.02)
    assert peak < 400  # MB; its pixels alone are 72, or 96 of CMYK


def saved(picture, path):
    picture.save(path)
    return path


@pytest.mark.parametrize("mode, suffix", [
    ("L", "png"), ("1", "png"), ("P", "png"), ("P", "gif"), ("CMYK", "jpg"), ("RGBA", "png"), ("LA", "png"),
    ("YCbCr", "jpg"), ("I;16", "png"),
])  # fmt: skip
def test_every_colour_mode_comes_out_right(mode, suffix, tmp_path):
    if mode == "I;16":
        grey = np.asarray(gradient().convert("L")).astype(np.uint16) * 257
        picture = Image.fromarray(grey)
    else:
        picture = gradient().convert(mode)
    loaded = load_picture(saved(picture, tmp_path / f"a.{suffix}"))
    grey = mode in ("L", "1", "LA", "I;16")
    truth = load_picture(saved(gradient().convert("L").convert("RGB") if grey else gradient(), tmp_path / "b.png"))
    assert (loaded - truth).abs().mean() < (0.13 if mode == "1" else 0.04)


def test_sixteen_bits_of_many_pixels_fit_into_memory(tmp_path):
    """What numpy takes; at the limit of 100 million pixels the process grew by 1.1 GB in all, where it was 3."""
    path = saved(Image.fromarray(np.full((3000, 3000), 30_000, np.uint16)), tmp_path / "a.png")
    tracemalloc.start()
    picture = load_picture(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 3000 * 3000
    assert (picture - 30_000 / 65_535).abs().max() < 1 / 255


def test_what_is_transparent_is_white(tmp_path):
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert (load_picture(saved(clear, tmp_path / "a.png")) == 1).all()
    palette = Image.new("P", (40, 40), 0)
    palette.putpalette([255, 0, 0] * 256)
    palette.save(tmp_path / "b.png", transparency=0)
    assert (load_picture(tmp_path / "b.png") == 1).all()


def broken_files(folder):
    whole = io.BytesIO()
    gradient().save(whole, "JPEG")
    (folder / "3_0.jpg").write_bytes(whole.getvalue()[:400])
    (folder / "3_1.jpg").write_bytes(b"")
    (folder / "3_2.png").write_bytes(b"<html>not found</html>")
    gradient().save(folder / "pizza.jpg")
    Image.new("1", (10_001, 10_000)).save(folder / "3_4.png")
    return {
        "3_0.jpg": "truncated|broken",
        "3_1.jpg": "the file is empty",
        "3_2.png": "cannot identify",
        "pizza.jpg": "expected a name like 2_7.jpg",
        "3_4.png": "10001x10000 pixels, more than 100 million",
    }


def test_a_broken_file_is_named_and_the_rest_load_on_request(folder):
    reasons = broken_files(folder)
    pictures = load_pictures(folder, skip_broken=True)
    assert len(pictures) == 4 and len(pictures.problems) == len(reasons)
    for name, reason in reasons.items():
        (problem,) = (problem for problem in pictures.problems if name in problem)
        assert any(word in problem for word in reason.split("|")) and "\n" not in problem
    with pytest.raises(ValueError, match=r"3_0\.jpg: cannot be read as a picture"):
        load_pictures(folder)


def test_empty_and_missing_folders_are_said_to_be(tmp_path):
    with pytest.raises(ValueError, match=r"folder: expected pictures named .* found none"):
        load_pictures(tmp_path)
    with pytest.raises(FileNotFoundError, match="folder: no folder of pictures at"):
        load_pictures(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="path: no picture at"):
        load_picture(tmp_path / "nowhere.jpg")


def test_masks_are_read_disjoint_and_covering(folder):
    plan = np.zeros((100, 200), np.uint8)
    plan[20:60, 50:150] = 3
    Image.fromarray(plan).save(folder / "2_4.parts.png")
    parts = {"pictures": {"2_4": {"parts": {"table": 0, "cake": 3, "crumb": 7}}}}
    (folder / "parts.json").write_text(json.dumps(parts))
    pictures = load_pictures(folder)
    masks = pictures.masks[1]
    assert set(masks) == {"table", "cake"} and masks["cake"].dtype == torch.bool
    assert (masks["table"] ^ masks["cake"]).all()
    assert masks["cake"][40, 64] and not masks["cake"][100, 64]
    assert len(pictures) == 4  # 2_4.parts.png is no picture of its own


def test_parts_that_are_no_parts_are_refused(folder):
    (folder / "parts.json").write_text("[1, 2")
    with pytest.raises(ValueError, match=r"parts\.json: expected the parts"):
        load_pictures(folder)


def test_no_name_starts_ghostscript(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", lambda *how, **more: started.append(how))
    written = io.BytesIO()
    Image.new("RGB", (8, 8)).save(written, "EPS")
    (tmp_path / "0_0.png").write_bytes(written.getvalue())
    with pytest.raises(ValueError, match="cannot be read as a picture"):
        load_picture(tmp_path / "0_0.png")
    Image.new("RGB", (8, 8)).save(tmp_path / "0_0.png")
    (tmp_path / "0_0.parts.png").write_bytes(written.getvalue())
    (tmp_path / "parts.json").write_text(json.dumps({"pictures": {"0_0": {"parts": {"all": 0}}}}))
    with pytest.raises(ValueError, match=r"0_0\.parts\.png: cannot be read as a picture"):
        load_pictures(tmp_path)
    assert not started


@pytest.mark.parametrize("parts", ["[" * 10**5, *map(json.dumps, [[], {"pictures": {"0_0": {"parts": {"a": "x"}}}}])])
def test_parts_that_are_none_are_one_sentence(parts, tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "0_0.png")
    (tmp_path / "parts.json").write_text(parts)
    with pytest.raises(ValueError, match=r"parts\.json: expected the parts"):
        load_pictures(tmp_path)
