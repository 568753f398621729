"""hw9-xai assets add, killed: what was there before, or all that is new, and never anything between.

A killed process is the harshest interruption: no `finally` runs. Each attempt is a process of its own that kills itself
at a chosen moment; which moments there are is counted first: every file that is opened, moved or removed in the cache,
and every block that is written.
"""

import multiprocessing
import os
import random
import signal
import sys

import pytest
from stand_ins import checkpoint, course_zip, zipped

from hw9_xai.assets import CACHE_VARIABLE, read_shelf
from hw9_xai.cli import main
from hw9_xai.originals.shelving import digest_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills processes as POSIX does")
MOMENTS = 10


def attempt(path: str, cache: str, moment: int, counted) -> None:
    """`assets add`, killed at the moment'th event of the cache; -1 counts them."""
    os.environ[CACHE_VARIABLE] = cache

    def watch(event: str, arguments) -> None:
        if any(isinstance(one, str | os.PathLike) and str(one).startswith(cache) for one in arguments):
            counted.value += 1
            if counted.value == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.stdout = open(os.devnull, "w")
    sys.addaudithook(watch)
    os._exit(main(["assets", "add", path]))
