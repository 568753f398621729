"""What a call could leave behind: on the pictures, the model, the random states and torch's modes."""

import copy
import random

import numpy as np
import torch


def trace(model, images):
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks", "_buffers")
    return copy.deepcopy(
        {
            "images": (images, images.requires_grad, images.grad),
            "state": dict(model.state_dict()),
            "gradients": {name: parameter.grad for name, parameter in model.named_parameters()},
            "wants gradients": {name: parameter.requires_grad for name, parameter in model.named_parameters()},
            "training": [module.training for module in model.modules()],
            "hooks": [{kind: list(getattr(module, kind)) for kind in hooks} for module in model.modules()],
            "random": (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state()),
            "modes": (torch.is_grad_enabled(), torch.is_inference_mode_enabled()),
        }
    )


def same(a, b):
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b
