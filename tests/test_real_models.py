"""load_classifier on folders in the hub's form, on the hub, and on torchvision's: random weights, no network."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
import transformers
from given.hostile import ATTACK, damaged
from given.small_hub import small_hub
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load_file, save_file
from torchvision import models

import hw9_xai as xai
from hw9_xai.cnn.pictures import as_tensor
from hw9_xai.cnn.predict import predict

ROOT = Path(__file__).parent.parent
CLASSES = ["bread", "soup", "rice", "egg", "meat"]


def named(**config):
    return {"id2label": dict(enumerate(CLASSES)), "label2id": {name: i for i, name in enumerate(CLASSES)}} | config


def vit():
    config = transformers.ViTConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, image_size=32, patch_size=8,
        **named(),
    )  # fmt: skip
    return transformers.ViTForImageClassification(config)


def convnext():
    config = transformers.ConvNextConfig(hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], **named())
    return transformers.ConvNextForImageClassification(config)


def resnet():
    config = transformers.ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic", **named()
    )
    return transformers.ResNetForImageClassification(config)


def swin():
    config = transformers.SwinConfig(
        image_size=64, embed_dim=8, depths=[1, 1], num_heads=[1, 1], window_size=4, **named()
    )
    return transformers.SwinForImageClassification(config)


def square(side):
    return {"height": side, "width": side}


MODELS = {  # model, what prepares its photos, and what the card says: side, resized to (None: squeezed), mean, std
    "ViT": (vit, lambda: transformers.ViTImageProcessor(size=square(32)), (32, None, [0.5] * 3, [0.5] * 3)),
    "ConvNeXT": (
        convnext, lambda: transformers.ConvNextImageProcessor(size={"shortest_edge": 64}, crop_pct=0.875),
        (64, 73, [0.5] * 3, [0.5] * 3),
    ),
    "ResNet": (
        resnet,
        lambda: transformers.BitImageProcessor(
            size={"shortest_edge": 256}, crop_size=square(224), image_mean=[0.485, 0.456, 0.406],
            image_std=[0.229, 0.224, 0.225],
        ),
        (224, 256, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ),
    "Swin": (
        swin,
        lambda: transformers.ViTImageProcessor(size=square(64), image_mean=[0.4, 0.5, 0.6], image_std=[0.2, 0.3, 0.1]),
        (64, None, [0.4, 0.5, 0.6], [0.2, 0.3, 0.1]),
    ),
}  # fmt: skip


def write(folder, name="ViT"):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = MODELS[name][0]().eval()
    model.save_pretrained(folder)
    MODELS[name][1]().save_pretrained(folder)
    return model


def smooth_photo(width, height):
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    waves = np.stack([x, y**2, np.sin(4 * x + 3 * y) / 2 + 0.5], -1)
    return Image.fromarray((waves * 255).round().astype(np.uint8))


# -- folders -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_a_folder_is_what_its_makers_code_is_with_the_card_inside(name, tmp_path):
    model, processor = write(tmp_path, name), MODELS[name][1]()
    loaded = xai.load_classifier(tmp_path)
    side, resized, mean, std = MODELS[name][2]
    assert loaded.side == side and loaded.classes == tuple(CLASSES) and not loaded.training
    assert loaded.crop == (None if resized is None else side / resized)
    assert loaded.mean.flatten().tolist() == pytest.approx(mean, abs=1e-5)
    assert loaded.std.flatten().tolist() == pytest.approx(std, abs=1e-5)
    for size in ((640, 400), (300, 450), (512, 512)):
        photo = smooth_photo(*size)
        with torch.no_grad():
            theirs = model(processor(photo, return_tensors="pt")["pixel_values"]).logits
        ours = predict(loaded, as_tensor(photo)[None])
        assert (ours - theirs).abs().max() < 0.1 * theirs.std()  # Pillow's bicubic, and our bilinear


@pytest.mark.parametrize("shortest, crop", [(256, 224), (232, 224), (73, 64), (235, 224), (342, 299), (384, 384),
                                            (438, 384), (33, 32)])  # fmt: skip
def test_what_is_cut_is_found_to_the_pixel(shortest, crop, tmp_path):
    write(tmp_path, "ResNet")
    transformers.BitImageProcessor(size={"shortest_edge": shortest}, crop_size=square(crop)).save_pretrained(tmp_path)
    loaded = xai.load_classifier(str(tmp_path))
    assert (loaded.side, loaded.crop) == (crop, crop / shortest)


def test_loading_draws_no_random_number_and_prints_nothing(tmp_path, capfd):
    write(tmp_path)
    capfd.readouterr()
    before = torch.get_rng_state()
    xai.load_classifier(tmp_path)
    for name in (None, "plain"):
        xai.load_classifier(name)
    assert torch.equal(before, torch.get_rng_state()) and capfd.readouterr() == ("", "")


METHODS = {
    "saliency": lambda model, images: xai.saliency(model, images, "soup"),
    "SmoothGrad": lambda model, images: xai.smoothgrad(model, images, "soup", samples=3),
    "integrated gradients": lambda model, images: xai.integrated_gradients(model, images, "soup", steps=3)[0],
    "LIME": lambda model, images: xai.lime(model, images, "soup", samples=32, segments=6)[0].heatmap(),
    "Shapley": lambda model, images: xai.shapley(model, images, "soup", samples=32, segments=6)[0].heatmap(),
    "occlusion": lambda model, images: xai.occlusion(model, images, "soup", window=16, stride=8),
}


@pytest.mark.parametrize("name", ["ViT", "Swin"])
@pytest.mark.parametrize("method", METHODS)
def test_methods_that_ask_for_no_filters_work_on_transformers(name, method, tmp_path):
    write(tmp_path, name)
    model = xai.load_classifier(tmp_path)
    images = as_tensor(smooth_photo(64, 48))[None]
    map = METHODS[method](model, images)
    assert map.shape[-2:] == (48, 64) and map.isfinite().all() and map.any()


def test_integrated_gradients_of_a_transformer_are_complete(tmp_path):
    write(tmp_path)
    model, images = xai.load_classifier(tmp_path), as_tensor(smooth_photo(64, 48))[None]
    gain = predict(model, images) - predict(model, 0 * images)
    found = xai.integrated_gradients(model, images, 1, steps=64)
    assert found.attributions.sum().item() == pytest.approx(gain[0, 1].item(), rel=0.01)


@pytest.mark.parametrize("name", ["ViT", "Swin"])
def test_what_asks_for_filters_says_that_a_transformer_has_none(name, tmp_path):
    write(tmp_path, name)
    model, images = xai.load_classifier(tmp_path), torch.rand(1, 3, 64, 64)
    inner = [layer for layer, _ in model.named_modules() if layer.endswith("layernorm_before")][-1]
    asked = {
        "model: expected an activation or a convolution that gives a map .*, got none, as in most transformers; name": (
            lambda: xai.gradcam(model, images, 0)
        ),
        r"layer: expected one that gives a map \(N, C, h, w\) .*, got \(1, ": (
            lambda: xai.gradcam(model, images, 0, layer=inner)
        ),
        r"cnnid: expected a layer with filters, giving \(N, C, h, w\), got \(1, ": (
            lambda: xai.filter_activation(model, images, inner, 0)
        ),
        r"cnnid: expected a layer with filters, giving \(N, C, h, w\), got \(1, \d+, ": (
            lambda: xai.filter_visualization(model, inner, 0, start=images, steps=2)
        ),
        "cnnid: the model has no `cnn` to index by 0: pass a dotted name or a module": (
            lambda: xai.filter_activation(model, images, 0, 0)
        ),
    }
    for says, ask in asked.items():
        with pytest.raises(ValueError, match=f"^{says}") as raised:
            ask()
        assert "\n" not in str(raised.value)
    assert xai.gradcam(model, images, 0, layer=cutting(model)).shape == (1, 64, 64)  # for whoever means it


def cutting(model):
    return next(layer for layer, module in model.named_modules() if isinstance(module, torch.nn.Conv2d))


@pytest.mark.parametrize("name", ["ConvNeXT", "ResNet"])
def test_gradcam_and_filters_work_on_convolutions_of_the_hub(name, tmp_path):
    write(tmp_path, name)
    model, images = xai.load_classifier(tmp_path), torch.rand(1, 3, 64, 64)
    assert xai.gradcam(model, images, "egg").shape == (1, 64, 64)
    assert xai.filter_activation(model, images, cutting(model), 1).ndim == 3


# -- folders that are none ---------------------------------------------------------------------------------------------


def changed(folder, file="config.json", **how):
    path = folder / file
    path.write_text(json.dumps(json.loads(path.read_text()) | how))


def weights(folder, change):
    path = folder / "model.safetensors"
    save_file(change(load_file(path)), path, {"format": "pt"})


def prepares(**how):
    return lambda folder: changed(folder, "preprocessor_config.json", **how)


WHOLE = "expected a network for whole square pictures in colour, got"
DAMAGES = {
    "layers": (lambda folder: changed(folder, num_hidden_layers=10**9), "num_hidden_layers: expected no more than"),
    "depths": (lambda folder: changed(folder, depths=[10**9]), "config.json: 0: expected no more than"),
    "width": (lambda folder: changed(folder, hidden_size=10**6, intermediate_size=10**6), "config.json: expected no"),
    "more names": (
        lambda folder: changed(folder, id2label={str(i): f"class {i}" for i in range(9)}),
        "classifier.bias: config.json asks for (9,), and its weights have (5,)"),
    "fewer names": (lambda folder: changed(folder, id2label={"0": "a"}), ": config.json asks for (1"),
    "names with a gap": (
        lambda folder: changed(folder, id2label=dict(zip(map(str, [0, 1, 2, 3, 7]), CLASSES, strict=True))),
        "id2label: expected a name for every class from 0 up"),
    "NaN": (
        lambda folder: weights(folder, lambda held: held | {"classifier.bias": torch.full((5,), torch.nan)}),
        "classifier.bias: expected finite numbers, got nan"),
    "no head": (
        lambda folder: weights(folder, lambda held: {key: one for key, one in held.items() if "classifier" not in key}),
        "its weights lack classifier.bias"),
    "no layer": (
        lambda folder: weights(folder, lambda held: {key: one for key, one in held.items() if "layernorm" not in key}),
        "its weights lack vit"),
    "another kind": (lambda folder: changed(folder, model_type="bert"), "cannot be read as a classifier of pictures"),
    "no kind": (lambda folder: (folder / "config.json").write_text("[]"), "cannot be read as a classifier of pictures"),
    "no size": (prepares(do_resize=False), "cannot be read as a classifier of pictures: expected a network for "),
    "no square": (prepares(size={"height": 32, "width": 48}), f"{WHOLE} (3, 32, 48)"),
    "no colour": (prepares(image_std=[0, 0, 0]), "cannot be read as a classifier of pictures"),
    "no such size": (prepares(size={"height": 16, "width": 16}), "cannot be read as a classifier of pictures"),
    "no preparation": (
        lambda folder: (folder / "preprocessor_config.json").unlink(), "cannot be read as a classifier of pictures"),
    "pickled": (
        lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
        "it has no weights as safetensors, the only form that is read"),
    "cut": (
        lambda folder: (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:999]),
        "cannot be read as a classifier of pictures"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_folder_that_holds_no_whole_classifier_is_said_to_be_none(damage, tmp_path):
    write(tmp_path)
    do, says = DAMAGES[damage]
    do(tmp_path)
    with pytest.raises(ValueError) as raised:
        xai.load_classifier(tmp_path)
    said = str(raised.value)
    assert said.startswith(f"load_classifier: {tmp_path}: cannot be read as a classifier of pictures: ")
    assert says in said and "\n" not in said and len(said) < 500


def test_names_of_classes_are_taken_for_text(tmp_path):
    write(tmp_path)
    changed(tmp_path, id2label={"0": ATTACK, "1": "a\nb\x1b[31m", "2": "x" * 10**5, "3": 7, "4": ""})
    names = xai.load_classifier(tmp_path).classes
    assert all(isinstance(name, str) and "\n" not in name and len(name) <= 80 for name in names)
    assert names[0] == ATTACK[:80]


@given(data=st.data(), name=st.sampled_from(["config.json", "preprocessor_config.json", "model.safetensors"]))
@settings(max_examples=60, deadline=None)
def test_any_bytes_in_a_folder_are_a_classifier_or_one_sentence(tmp_path_factory, data, name):
    folder = tmp_path_factory.mktemp("classifier")
    write(folder)
    path = folder / name
    path.write_bytes(data.draw(damaged(path.read_bytes())))
    try:
        model = xai.load_classifier(folder)
    except ValueError as problem:
        assert str(problem).startswith(f"load_classifier: {folder}: ") and "\n" not in str(problem)
    else:
        assert predict(model, torch.rand(1, 3, 40, 40)).shape == (1, len(model.classes))


# -- the hub -----------------------------------------------------------------------------------------------------------

LOAD = """
import sys
from hw9_xai import load_classifier
for name in sys.argv[1:]:
    try:
        print(f"{name}: {load_classifier(name).classes}")
    except (OSError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")
"""


@pytest.fixture(scope="module")
def visit(tmp_path_factory):
    """Classifiers asked for by name, then again when the hub is gone: (said first, said then)."""
    home, cache = tmp_path_factory.mktemp("hub"), tmp_path_factory.mktemp("cache")
    for name in ("small/vit", "small/unsafe", "small/broken", "small/other"):
        write(home / name)
    (home / "small/unsafe/model.safetensors").rename(home / "small/unsafe/pytorch_model.bin")
    (home / "small/broken/model.safetensors").write_bytes(b"\x80" * 5000)
    changed(home / "small/other", id2label={"0": "a", "1": "b"})
    with small_hub(home) as hub:
        environment = os.environ | {"HF_ENDPOINT": hub.address, "HF_HOME": str(cache)}

        def say(*names, offline="0"):
            process, here = [sys.executable, "-c", LOAD, *names], environment | {"HF_HUB_OFFLINE": offline}
            done = subprocess.run(process, cwd=ROOT, env=here, capture_output=True, text=True, timeout=300)
            assert not done.returncode, done.stderr
            return done.stdout.splitlines()

        first = say("small/vit", "small/unsafe", "small/broken", "small/other", "nobody/has-this")
    return first, say("small/vit", "small/never", offline="1")


def test_a_classifier_of_the_hub_comes_by_name_and_again_without_the_hub(visit):
    first, then = visit
    assert first[0] == then[0] == f"small/vit: {tuple(CLASSES)}"


def test_what_the_hub_cannot_give_is_one_sentence_each(visit):
    (_, unsafe, broken, other, nobody), (_, never) = visit
    assert (
        "OSError: load_classifier: 'small/unsafe' is neither" in unsafe and "without the weights as safeten" in unsafe
    )
    assert "'small/broken' is neither" in broken and "the download failed, or it is no such model: " in broken
    assert other.startswith("ValueError: load_classifier: small/other: cannot be read as a classifier of pictures: ")
    assert "config.json asks for (2" in other and "its weights have (5" in other
    assert "'nobody/has-this' is neither a checkpoint or a folder here" in nobody
    assert 'and the hub has no such model; load_classifier("efficientnet_lite0") needs no network' in nobody
    assert 'the hub cannot be reached; load_classifier("efficientnet_lite0") needs no network' in never


# -- torchvision -------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path, monkeypatch):
    """resnet18 with random weights, as if they lay where torchvision's do: (the network, what was downloaded)."""
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path / "torch"))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = models.resnet18().eval()
    torch.save(network.state_dict(), tmp_path / "weights.pth")
    asked = []

    def download(url, place, hash_prefix=None, progress=True):
        asked.append((url, hash_prefix))
        Path(place).write_bytes((tmp_path / "weights.pth").read_bytes())

    monkeypatch.setattr(torch.hub, "download_url_to_file", download)
    return network, asked


def test_a_network_of_torchvision_is_what_torchvision_makes_of_it(served):
    network, asked = served
    before = torch.get_rng_state()
    loaded = xai.load_classifier("resnet18")
    assert torch.equal(before, torch.get_rng_state()) and not any(one.training for one in loaded.modules())
    card = models.ResNet18_Weights.DEFAULT
    assert asked == [(card.url, "f37072fd")] and loaded.classes == tuple(card.meta["categories"])
    assert (loaded.side, loaded.crop) == (224, 224 / 256)
    photo = smooth_photo(640, 400)
    with torch.no_grad():
        theirs = network(card.transforms()(photo)[None])
    assert (predict(loaded, as_tensor(photo)[None]) - theirs).abs().max() < 0.03 * theirs.std()
    xai.load_classifier("resnet18")
    assert len(asked) == 1, "once is enough"


def test_bytes_that_are_not_torchvisions_are_one_sentence(served, tmp_path):
    xai.load_classifier("resnet18")
    (place,) = (tmp_path / "torch/checkpoints").iterdir()
    for content in (place.read_bytes()[:100_000], b"", b"<html>not found</html>", b"PK\x03\x04"):
        place.write_bytes(content)
        with pytest.raises(ValueError) as raised:
            xai.load_classifier("resnet18")
        assert str(place) in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("wrong", ["another network", "more than tensors"])
def test_weights_of_something_else_are_one_sentence(served, tmp_path, wrong):
    xai.load_classifier("resnet18")
    (place,) = (tmp_path / "torch/checkpoints").iterdir()
    torch.save(models.resnet34().state_dict() if wrong == "another network" else {"fc": os.system}, place)
    with pytest.raises(ValueError) as raised:
        xai.load_classifier("resnet18")
    assert str(place) in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("breaks", [URLError("no route"), ConnectionResetError("cut off"), TimeoutError(),
                                    RuntimeError('invalid hash value (expected "f37072fd", got "0")')])  # fmt: skip
def test_without_a_network_torchvisions_say_so_in_one_sentence(monkeypatch, tmp_path, breaks):
    def download(*_, **__):
        raise breaks

    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", download)
    with pytest.raises(OSError) as raised:
        xai.load_classifier("resnet18")
    said = str(raised.value)
    assert said.startswith("load_classifier: 'resnet18': its weights cannot be downloaded from https://") and (
        'load_classifier("efficientnet_lite0") needs no network' in said
    )
    assert "\n" not in said and raised.value.__suppress_context__


def test_other_bytes_than_were_sent_are_not_kept(monkeypatch, tmp_path):
    """torch's own download, of a file: its hash is the one in the name."""
    content = tmp_path / "weights"
    torch.save(models.resnet18().state_dict(), content)
    digest = hashlib.sha256(content.read_bytes()).hexdigest()
    card = models.ResNet18_Weights.DEFAULT
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    for name, right in ((f"resnet18-{digest[:8]}.pth", True), ("resnet18-00000000.pth", False)):
        served = tmp_path / "served" / name
        served.parent.mkdir(exist_ok=True)
        served.write_bytes(content.read_bytes())
        monkeypatch.setattr(type(card), "url", served.as_uri(), raising=False)
        if right:
            assert len(xai.load_classifier("resnet18").classes) == 1000
        else:
            with pytest.raises(OSError, match="invalid hash value"):
                xai.load_classifier("resnet18")
            assert not (tmp_path / "checkpoints" / name).exists()
