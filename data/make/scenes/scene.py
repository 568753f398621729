"""What an observation scene is: a composed picture of the course, its file name, and what can be taken out of it."""

from collections.abc import Callable
from dataclasses import dataclass

from studio import Studio


@dataclass(frozen=True)
class Scene:
    """`arrange` fills the studio; `take_out` names the parts to remove in turn ("a+b": both); `shows` is a caption."""

    stem: str
    arrange: Callable[[Studio], None]
    size: tuple[int, int]
    take_out: tuple[str, ...]
    shows: str
