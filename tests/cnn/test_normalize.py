import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hw9_xai import normalize


def test_each_map_is_stretched_on_its_own():
    maps = torch.tensor([[[1.0, 3.0]], [[-2.0, 0.0]], [[1e-20, 3e-20]]])
    assert torch.equal(normalize(maps), torch.tensor([[[0.0, 1.0]]] * 3))


def test_channels_of_a_picture_share_one_scale():
    assert torch.equal(normalize(torch.tensor([[[[0.0]], [[2.0]], [[4.0]]]])).flatten(), torch.tensor([0, 0.5, 1]))


def test_a_single_map_and_an_integer_one():
    assert torch.equal(normalize(torch.tensor([[0, 2], [4, 4]])), torch.tensor([[0, 0.5], [1, 1]]))


@pytest.mark.parametrize("constant", [0.0, -3.0, 1e30])
def test_a_constant_map_gives_zeros(constant):
    assert torch.equal(normalize(torch.full((2, 4, 4), constant)), torch.zeros(2, 4, 4))


@pytest.mark.parametrize("bad, error", [
    (torch.zeros(3), "shape"), (torch.zeros(0, 2, 2), "shape"), (torch.tensor([[float("nan"), 1.0]]), "NaN"),
    (torch.tensor([[float("inf"), 1.0]]), "infinity"),
])  # fmt: skip
def test_what_is_no_map_is_refused(bad, error):
    with pytest.raises(ValueError, match=f"map: expected .*{error}"):
        normalize(bad)


def test_an_array_is_refused_by_name():
    with pytest.raises(TypeError, match=r"map: expected a torch\.Tensor .* got list"):
        normalize([[1.0]])


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=4, max_size=4),
       st.sampled_from([torch.float16, torch.bfloat16, torch.float32, torch.float64]))  # fmt: skip
def test_any_finite_map_is_stretched_from_0_to_1(values, kind):
    info = torch.finfo(kind)
    map = torch.tensor(values, dtype=torch.float64).clamp(info.min, info.max).to(kind).reshape(2, 2)
    found = normalize(map)
    assert found.dtype == kind and found.isfinite().all() and found.min() == 0
    assert found.max() == (1 if map.max() > map.min() else 0)


def test_whole_numbers_give_float32_whatever_is_usual():
    try:
        torch.set_default_dtype(torch.float64)
        assert normalize(torch.tensor([[1, 2]])).dtype == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)


def test_complex_numbers_have_no_order():
    with pytest.raises(TypeError, match=r"map: expected a torch\.Tensor of real numbers"):
        normalize(torch.zeros(2, 2, dtype=torch.complex64))
