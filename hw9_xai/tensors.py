"""Tensors from a file nobody vouches for: plain, finite, and no more of them than it holds; or one sentence on why not.
Nothing in it is run."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn

from hw9_xai.arguments import MOST

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)


def read_tensors(path: Path, name: str = "") -> dict[str, Tensor]:
    """What torch.save or safetensors wrote, by name or by place: on the CPU, each with memory of its own, in float32.

    `name`: what the file is called in a sentence.
    """
    if not path.is_file():
        raise FileNotFoundError(f"path: no checkpoint at {path}")
    name, size = name or str(path), path.stat().st_size
    try:
        content = _content(path, size)
    except pickle.UnpicklingError as error:
        raise ValueError(f"{name}: refused: it holds more than tensors, or is damaged ({first_line(error)})") from None
    except Exception as error:  # a decoder may raise anything at a file from a stranger
        raise ValueError(f"{name}: cannot be read as a checkpoint; truncated? ({first_line(error)})") from None
    state = content.get("model_state_dict", content) if isinstance(content, dict) else content
    tensors: Any = dict(enumerate(state)) if isinstance(state, (tuple, list)) else state
    if not isinstance(tensors, dict) or not all(isinstance(tensor, Tensor) for tensor in tensors.values()):
        got = type(state).__name__
        raise ValueError(f"{name}: expected a dict of tensors, or one under 'model_state_dict', got {got}")
    tensors = {" ".join(str(key)[:80].split()): tensor for key, tensor in tensors.items()}
    for key, tensor in tensors.items():
        if not _is_plain(tensor):
            raise ValueError(f"{name}: {key}: expected plain numbers in memory, got another kind of tensor")
    if sum(tensor.numel() * tensor.element_size() for tensor in tensors.values()) > size:
        raise ValueError(f"{name}: expected no more numbers than its {size:,} bytes hold, got tensors that repeat some")
    for key, tensor in tensors.items():
        kind = torch.float32 if tensor.is_floating_point() else tensor.dtype
        tensors[key] = tensor.detach().to(kind, copy=True, memory_format=torch.contiguous_format)
    check_numbers(name, tensors)
    return tensors


def check_numbers(name: str, tensors: Mapping[str, Tensor]) -> None:
    for key, tensor in tensors.items():
        wrong = ~tensor.isfinite() | (tensor < 0 if key.endswith("running_var") else False)
        if wrong.any():
            kind = "variances from 0 up" if key.endswith("running_var") else "finite numbers"
            raise ValueError(f"{name}: {key}: expected {kind}, got {tensor[wrong][0].item():.4g}")


def check_config(folder: Path) -> int:  # the bytes of the weights beside it
    """Before anything is built from it: thirty letters can ask for more layers and words than any memory holds."""
    layers, waiting = 0, [("", json.loads((folder / "config.json").read_text("utf-8")))]
    for path in folder.glob("*.safetensors"):
        with safe_open(path, "pt") as weights:
            layers += len(weights.keys())
    if not layers:
        raise ValueError("it has no weights as safetensors, the only form that is read")
    while waiting:
        inside, one = waiting.pop()
        for key, value in one.items() if isinstance(one, dict) else enumerate(one):
            where = f"{inside} {key}" if isinstance(one, list) else str(key)  # "depths 0"
            if isinstance(value, (dict, list)):
                waiting.append((where, value))
            elif isinstance(value, int) and value > (layers if "layer" in where or "depth" in where else MOST):
                raise ValueError(f"config.json: {key}: expected no more than its weights have, got {value:.4g}")
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def first_line(error: BaseException) -> str:
    return " ".join((str(error).strip() or type(error).__name__).splitlines()[0].split())[:120]


def _content(path: Path, size: int) -> Any:
    if path.suffix == ".safetensors":
        return load_file(path)
    with path.open("rb") as file:
        if file.read(2) == b"PK":  # torch.save packs nothing: what unpacks to more than the file is a bomb
            with zipfile.ZipFile(file) as archive:
                if sum(member.file_size for member in archive.infolist()) > size:
                    raise ValueError("it unpacks to more than it holds")
    return torch.load(path, map_location="cpu", weights_only=True)  # tensors only: a pickle can hold code


def _is_plain(tensor: Tensor) -> bool:
    if type(tensor) not in (Tensor, nn.Parameter) or tensor.is_nested or tensor.layout is not torch.strided:
        return False
    return tensor.device.type == "cpu" and tensor.dtype in FLOATS + WHOLE and tensor.numel() > 0
