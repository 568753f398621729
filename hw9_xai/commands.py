"""How a command of hw9-xai is declared, above the function that runs it; what becomes of wrong use, and of Ctrl-C."""

from __future__ import annotations

import argparse
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from _thread import interrupt_main
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from hw9_xai.assets import KIT
from hw9_xai.output import printable, say

Runner = Callable[[argparse.Namespace], int]
Argument = tuple[tuple[str, ...], dict[str, Any]]
COMMANDS: list[tuple[str, Runner | None, dict[str, Any], Sequence[Argument | list[Argument]]]] = []


class WrongUse(Exception):
    """What was asked for cannot be done, and nothing was changed: exit status 2."""


@contextmanager
def what_was_asked() -> Iterator[None]:
    """What goes wrong in here is the fault of what was typed, or of the files that it names."""
    try:
        yield
    except (ValueError, OSError, ImportError) as problem:
        raise WrongUse(str(problem)) from problem


STOPPED = 128 + signal.SIGINT  # the exit status that shells know
GRACE = 1.2  # seconds


def end_at_ctrl_c() -> None:
    """Whatever is being waited for: what this process started ends at once, and it itself soon after."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's job in the background, which Ctrl-C is not for
        return
    if block_ctrl_c():
        threading.Thread(target=_wait_for_ctrl_c, daemon=True).start()


def block_ctrl_c() -> bool:  # where it can be: Windows cannot
    """Also for what is started from now on: it is ended, and says nothing."""
    if can := hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    return can


def keep_workers_quiet() -> None:
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as jobs

    for tracker in (resource_tracker, jobs):
        tracker.ensure_running()  # started later, beside the workers, it would unblock Ctrl-C for them
    block_ctrl_c()


def _wait_for_ctrl_c() -> None:
    import psutil  # comes with jupyter

    signal.sigwait({signal.SIGINT})
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.terminate()
    # Nothing is said where it strikes in a callback, or where a thread misses its workers: time ends this process.
    sys.unraisablehook = lambda _: None
    threading.excepthook = lambda _: None
    interrupt_main()
    time.sleep(GRACE)
    stop()


def stop() -> NoReturn:
    sys.stdout.flush()
    say("\nhw9-xai: stopped; what is written is whole", sys.stderr)
    os._exit(STOPPED)


class Help(argparse.HelpFormatter):
    """Wraps each line of a description for itself, so that examples keep theirs."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(super(Help, self)._fill_text(line, width, indent) for line in text.splitlines())


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def whole(least: int, most: int) -> Callable[[str], int]:
    """What may stand after an option: a whole number within these."""

    def read(text: str) -> int:
        if text.strip().lstrip("+-").isdecimal() and len(text) < 25 and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, got {text[:40]!r}")

    return read


def argument(*names: str, **settings: Any) -> Argument:
    return names, settings


def command(name: str, *arguments: Argument | list[Argument], **texts: str) -> Callable[[Runner], Runner]:
    """The function below runs it; of the arguments in a list exactly one is given."""

    def add(runner: Runner) -> Runner:
        COMMANDS.append((name, runner, texts, arguments))
        return runner

    return add


def group(name: str, **texts: str) -> None:
    """What stands before commands of one kind, and runs nothing by itself."""
    COMMANDS.append((name, None, texts, ()))


STARTER = (  # python -m, but of what lies beside the kit only the package that is asked for comes before the libraries
    "import sys; sys.path[:] = filter(None, sys.path); import runpy; sys.path.insert(0, ''); "
    "its = __import__(sys.argv[1].split('.')[0]); its.__path__ = [*its.__path__][:1]; "
    "sys.path.append(sys.path.pop(0)); runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)


def in_the_repository(module: str, *arguments: str) -> int:
    """What the kit's authors use is no part of the package: it runs where it lies, in a process of its own."""
    if not KIT.joinpath(*module.split("."), "__main__.py").is_file():
        raise WrongUse(f"this needs the repository: clone it, and run python -m {module} {' '.join(arguments)} in it")
    return subprocess.call([sys.executable, "-c", STARTER, module, *arguments], cwd=KIT)


def function_in(named: str) -> tuple[str, Callable]:
    """What FILE.py:FUNCTION names. FILE.py is run."""
    path, _, function = named.rpartition(":")
    if not path:
        raise ValueError(f"--method: expected FILE.py:FUNCTION, got {named!r}")
    found = runpy.run_path(path).get(function)
    if not callable(found):
        raise ValueError(f"--method: expected a function {function} in {path}, got {found!r}")
    return function, found
