import io
import pickle
import zipfile

import pytest
import torch
from given.hostile import damaged
from given.nets import food_cnn, random_pictures
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save, save_file
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


def write(state, path):
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
        path = write(halves, tmp_path / "half.safetensors")
    else:
        path = write(state, tmp_path / ("net.safetensors" if form == "safetensors" else "net.pth"))
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
    path = write(break_it(dict(state)), tmp_path / "net.pth")
    with pytest.raises(ValueError, match=message) as raised:
        load_classifier(path)
    assert str(path) in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["net.pth", "old net.pth", "net.safetensors"])
@pytest.mark.parametrize("keep", [0, 1, 10, 18, 1000, 0.5, 0.99])
def test_a_truncated_file_is_said_to_be_one(name, keep, state, tmp_path):
    path = tmp_path / name.replace("old ", "")
    torch.save(state, path, _use_new_zipfile_serialization=False) if "old" in name else write(state, path)
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


FEW = torch.arange(4.0)


@pytest.mark.parametrize("key, tensor, message", [
    ("cnn.1.bias", torch.full((4,), torch.nan), r"cnn\.1\.bias: expected finite numbers, got nan"),
    ("fc.0.bias", torch.full((32,), 1e300, dtype=torch.float64), r"fc\.0\.bias: expected finite numbers, got inf"),
    ("cnn.1.running_var", FEW - 2, r"cnn\.1\.running_var: expected variances from 0 up, got -2"),
    ("cnn.1.bias", FEW.to_sparse(), r"cnn\.1\.bias: expected plain numbers in memory"),
    ("cnn.1.bias", FEW.to("meta"), r"cnn\.1\.bias: expected plain numbers in memory"),
    ("cnn.1.bias", torch.nested.nested_tensor([FEW, FEW]), "(cnn.1.bias: expected plain|cannot be read as)"),
    ("cnn.1.bias", torch.quantize_per_tensor(FEW, 0.1, 0, torch.qint8), r"cnn\.1\.bias: expected plain numbers"),
    ("fc.0.weight", torch.zeros(1).expand(10**6, 10**6), r"expected no more numbers than its [\d,]+ bytes hold"),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore")
def test_what_is_no_plain_finite_number_is_refused_by_key(key, tensor, message, state, tmp_path):
    path = write(dict(state) | {key: tensor}, tmp_path / "net.pth")
    with pytest.raises(ValueError, match=message) as raised:
        load_classifier(path)
    assert str(path) in str(raised.value) and "\n" not in str(raised.value)


def test_tensors_that_share_their_memory_become_a_networks_own(state, tmp_path):
    both = torch.arange(8.0)
    model = load_classifier(
        write(dict(state) | {"cnn.1.bias": both[::2], "cnn.4.bias": both[:4]}, tmp_path / "net.pth")
    )
    model.cnn[4].bias.data += 1
    assert model.cnn[1].bias.tolist() == [0, 2, 4, 6] and model.cnn[4].bias.tolist() == [1, 2, 3, 4]
    save(model.state_dict())  # refuses what shares


def test_a_checkpoint_that_unpacks_to_more_than_it_holds_is_refused(state, tmp_path):
    whole = io.BytesIO()
    torch.save(dict(state) | {"fc.3.bias": torch.zeros(10**6)}, whole)
    with zipfile.ZipFile(whole) as plain, zipfile.ZipFile(tmp_path / "net.pth", "w", zipfile.ZIP_DEFLATED) as packed:
        for member in plain.infolist():
            packed.writestr(member.filename, plain.read(member))
    with pytest.raises(ValueError, match="it unpacks to more than it holds"):
        load_classifier(tmp_path / "net.pth")


def bytes_of(form):
    content = io.BytesIO()
    torch.save(food_cnn(1).state_dict(), content, _use_new_zipfile_serialization=form == "zip")
    return save(food_cnn(1).state_dict()) if form == "safetensors" else content.getvalue()


CHECKPOINTS = {form: bytes_of(form) for form in ("zip", "old", "safetensors")}


@pytest.mark.parametrize("form", CHECKPOINTS)
@given(data=st.data())
@settings(max_examples=300, deadline=None)
@pytest.mark.filterwarnings("ignore")  # torch's, about what is odd in the file
def test_any_bytes_are_a_network_or_one_sentence(form, data, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / f"any.{'safetensors' if form == 'safetensors' else 'pth'}"
    path.write_bytes(data.draw(damaged(CHECKPOINTS[form])))
    try:
        model = load_classifier(path)
    except ValueError as problem:
        assert str(problem).startswith(f"{path}: ") and "\n" not in str(problem)
    else:
        assert all(numbers.isfinite().all() for numbers in model.state_dict().values())
