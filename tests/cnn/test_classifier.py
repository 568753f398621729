import pickle

import pytest
import torch
from given.nets import food_cnn, random_pictures
from safetensors.torch import save_file
from torch import nn

from hw9_xai import FoodCNN, load_classifier


def test_the_homeworks_network_module_by_module():
    model = FoodCNN()
    kinds = {6: nn.Conv2d, 15: nn.ReLU, 21: nn.BatchNorm2d, 23: nn.Conv2d, 9: nn.MaxPool2d, 37: nn.MaxPool2d}
    assert len(model.cnn) == 38 and all(isinstance(model.cnn[i], kind) for i, kind in kinds.items())
    assert sum(parameter.numel() for parameter in model.parameters()) == 14_162_827
    keys = list(model.state_dict())
    assert len(keys) == 81 and keys[0] == "cnn.0.weight" and "fc.3.bias" in keys
    channels = [module.out_channels for module in model.cnn if isinstance(module, nn.Conv2d)]
    assert channels == [128] * 6 + [256] * 3 + [512] * 2
    assert [module.p for module in model.fc if isinstance(module, nn.Dropout)] == [0.3]


def test_the_kits_two_have_one_shape_and_other_weights():
    withstands, plain = load_classifier(), load_classifier("plain")
    shapes = [{key: tensor.shape for key, tensor in model.state_dict().items()} for model in (withstands, plain)]
    assert shapes[0] == shapes[1] and not torch.equal(withstands.cnn[0].weight, plain.cnn[0].weight)


@pytest.mark.parametrize("width, classes", [(1, 2), (8, 11), (32, 3)])
def test_the_same_shape_at_any_width(width, classes):
    model = FoodCNN(width, classes)
    assert len(model.cnn) == 38 and len(model.state_dict()) == 81
    assert model(random_pictures(2)).shape == (2, classes)


@pytest.fixture
def state():
    return food_cnn(width=4).state_dict()


def save(state, path):
    if path.suffix == ".safetensors":
        save_file(state, path)
    else:
        torch.save(state, path)
    return path


@pytest.mark.parametrize("form", ["course", "old course", "plain", "safetensors", "half"])
def test_every_form_of_checkpoint_gives_the_same_network(form, state, tmp_path):
    if form.endswith("course"):
        optimizer = torch.optim.Adam(food_cnn(width=4).parameters())
        content = {"epoch": 208, "model_state_dict": state, "optimizer_state_dict": optimizer.state_dict()}
        path = tmp_path / "checkpoint.pth"
        torch.save(content, path, _use_new_zipfile_serialization=form == "course")
    elif form == "half":
        halves = {key: value.half() if value.is_floating_point() else value for key, value in state.items()}
        path = save(halves, tmp_path / "half.safetensors")
    else:
        path = save(state, tmp_path / ("net.safetensors" if form == "safetensors" else "net.pth"))
    model = load_classifier(str(path))
    assert not model.training and next(model.parameters()).dtype == torch.float32
    assert all(parameter.requires_grad for parameter in model.parameters())
    images, tolerance = random_pictures(2), 0.05 if form == "half" else 1e-6
    assert (model(images) - food_cnn(width=4)(images)).abs().max() < tolerance


def without(state, key):
    return {name: value for name, value in state.items() if name != key}


@pytest.mark.parametrize("break_it, message", [
    (lambda s: s | {"cnn.3.weight": torch.zeros(5, 4, 3, 3)},
     r"cnn\.3\.weight has shape \(5, 4, 3, 3\), expected \(4, 4, 3, 3\) at width 4"),
    (lambda s: s | {"cnn.3.weight": torch.zeros(4, 4, 3, 3).int()}, r"cnn\.3\.weight holds torch\.int32, expected"),
    (lambda s: without(s, "cnn.4.bias"), r"these keys of FoodCNN are missing: cnn\.4\.bias"),
    (lambda s: s | {"head.weight": torch.zeros(1)}, r"these keys do not belong to FoodCNN: head\.weight"),
    (lambda s: without(s, "cnn.0.weight"), r"no FoodCNN has these keys: cnn\.0\.bias, .* and 76 more"),
    (lambda s: s | {"cnn.0.weight": torch.tensor(1.0)}, "no FoodCNN has these keys"),
    (lambda s: {}, "no FoodCNN has these keys: none"),
    (lambda s: {"model_state_dict": 3}, "expected a dict of tensors, or one under 'model_state_dict', got int"),
    (lambda s: [1, 2], "expected a dict of tensors, or one under 'model_state_dict', got list"),
])  # fmt: skip
def test_another_shape_is_refused_by_key(break_it, message, state, tmp_path):
    path = save(break_it(dict(state)), tmp_path / "net.pth")
    with pytest.raises(ValueError, match=message) as raised:
        load_classifier(path)
    assert str(path) in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["net.pth", "net.safetensors"])
@pytest.mark.parametrize("keep", [0, 10, 1000, 0.5, 0.99])
def test_a_truncated_file_is_said_to_be_one(name, keep, state, tmp_path):
    path = save(state, tmp_path / name)
    content = path.read_bytes()
    path.write_bytes(content[: int(keep * len(content)) if keep < 1 else keep])
    with pytest.raises(
        ValueError, match=r"net\.(pth|safetensors): (cannot be read as a checkpoint; truncated|refused)"
    ):
        load_classifier(path)


class Hostile:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


@pytest.mark.parametrize("write", [
    lambda content, path: torch.save(content, path),
    lambda content, path: torch.save(content, path, _use_new_zipfile_serialization=False),
    lambda content, path: path.write_bytes(pickle.dumps(content)),
])  # fmt: skip
def test_code_in_a_pickle_is_refused_and_not_run(write, state, tmp_path):
    path, proof = tmp_path / "net.pth", tmp_path / "was run"
    write({"model_state_dict": state, "extra": Hostile(str(proof))}, path)
    with pytest.raises(ValueError, match="refused: it holds more than tensors"):
        load_classifier(path)
    assert not proof.exists()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no checkpoint at .*nowhere\.pth"):
        load_classifier(tmp_path / "nowhere.pth")
