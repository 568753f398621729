"""What keeps a model's run apart from all else that the process does meanwhile."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

Model = TypeVar("Model", bound=nn.Module)
TURN = RLock()  # held while a model itself is changed for a while: its flags, its hooks


class Dice(TorchDispatchMode):
    """What this thread draws inside comes from streams of its own: nobody else's random numbers move or repeat."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.seed, self.streams = seed, dict[torch.device, torch.Generator]()

    def __torch_dispatch__(self, draw: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = kwargs or {}
        if torch.Tag.nondeterministic_seeded not in draw.tags:
            return draw(*args, **kwargs)
        given = [*args, *kwargs.values()]
        if any(isinstance(one, torch.Generator) for one in given):  # a stream of the model's own
            return draw(*args, **kwargs)
        tensors = (one.device for one in given if isinstance(one, Tensor))
        device = torch.device(kwargs.get("device") or next(tensors, "cpu"))
        other = {"default": "generator", "low": "low_generator"}.get(draw._overloadname, "")  # of torch.rand, say
        draw = getattr(draw.overloadpacket, other, draw)
        if all(argument.name != "generator" for argument in draw._schema.arguments):  # a dropout fused for a GPU
            with torch.random.fork_rng([device] if device.type == "cuda" else []):
                return draw(*args, **kwargs)
        if device not in self.streams:
            self.streams[device] = torch.Generator(device).manual_seed(self.seed)
        return draw(*args, **kwargs, generator=self.streams[device])


DRAW_NOTHING = ("hw9_xai.", "efficientnet_lite_pytorch.", "torchvision.models.", "torchvision.ops.",
                "transformers.activations", "transformers.models.bert.", "transformers.models.vit.")  # fmt: skip


def own_dice(model: nn.Module) -> AbstractContextManager:
    """Where no part of it can draw, no Dice: they look at every operation, which takes a tenth of the time."""
    return nullcontext() if is_plain(model, *DRAW_NOTHING) else Dice()


def is_plain(model: nn.Module, *others: str) -> bool:
    """All its modules are torch's own, or of a class that says it only runs such, and none has a hook: in eval mode it
    draws nothing, and a copy cannot be told from the original. `others`: modules of Python that may be there too."""
    return all(
        (vars(type(module)).get("is_plain") or type(module).__module__.startswith(("torch.nn.modules.", *others)))
        and not any(getattr(module, f"_{on}_hooks") for on in ("forward", "forward_pre", "backward", "backward_pre"))
        and not isinstance(module, nn.FractionalMaxPool2d)  # alone among them it draws in eval mode
        and "forward" not in vars(module)
        for module in model.modules()
    )


def twin(model: Model) -> Model:
    """The same modules around the very same weights: what is set or hooked there the model itself never sees."""
    twins: dict[Any, Any] = {module: object.__new__(type(module)) for module in model.modules()}
    for module, other in twins.items():
        copied = {name: value.copy() if isinstance(value, dict) else value for name, value in vars(module).items()}
        vars(other).update(copied)
        other._modules.update({name: twins.get(child) for name, child in module._modules.items()})
    return twins[model]
