"""The exercises solved, written for reading: `xai.exercise` folds them away, the notebooks hold them to the library."""

import torch


def saliency(model, images, labels):
    images = images.clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(model(images), labels, reduction="sum")  # pictures do not share a gradient
    (gradients,) = torch.autograd.grad(loss, images)  # (N,3,H,W)
    return gradients.abs().amax(dim=1)  # (N,H,W)


def smoothgrad(model, images, labels):
    total, samples = torch.zeros_like(images), 50
    spread = images.amax((1, 2, 3), keepdim=True) - images.amin((1, 2, 3), keepdim=True)  # (N,1,1,1)
    for _ in range(samples):
        noisy = (images + 0.15 * spread * torch.randn_like(images)).requires_grad_()
        loss = torch.nn.functional.cross_entropy(model(noisy), labels, reduction="sum")
        total += torch.autograd.grad(loss, noisy)[0].abs()
    return total / samples  # (N,3,H,W)


def integrated_gradients(model, images, labels):
    total, steps = torch.zeros_like(images), 32
    for step in range(steps):
        at = ((step + 0.5) / steps * images).requires_grad_()  # on the way from black
        score = model(at).gather(1, labels[:, None]).sum()
        total += torch.autograd.grad(score, at)[0]
    return images * total / steps  # (N,3,H,W)


def ridge(shown, scores, proximity):
    share = proximity / proximity.sum()
    x = shown - share @ shown  # (n,S) about the weighted mean: this is the intercept
    y = scores - share @ scores  # (n,)
    square = x.T * proximity @ x  # (S,S)
    return torch.linalg.solve(square + torch.eye(len(square)), x.T @ (proximity * y))  # (S,)


def attention_head(bert, states, layer, head):
    attention = bert.encoder.layer[layer - 1].attention.self  # layers count from 1 for people
    size = attention.attention_head_size
    mine = slice((head - 1) * size, head * size)
    query = attention.query(states[layer - 1])[:, mine]  # (T,size), from what the layer before hands on
    key = attention.key(states[layer - 1])[:, mine]
    return (query @ key.T / size**0.5).softmax(dim=1)  # (T,T): each row sums to 1


def euclidean(a, b):
    return (a - b).square().sum().sqrt()


def cosine(a, b):
    return a @ b / (a.norm() * b.norm())


def answer_distance(states, answer):
    distances = torch.cdist(states, states)  # (L+1,T,T)
    others = [i for i in range(states.shape[1]) if i not in answer]
    to_others = distances[:, list(answer)][:, :, others].mean((1, 2))
    return to_others / (distances.sum((1, 2)) / (states.shape[1] * (states.shape[1] - 1)))  # (L+1,)
