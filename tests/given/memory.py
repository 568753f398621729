"""The memory of a process and of those it starts."""

import time
from pathlib import Path


def peak_of(process):  # MB of the process and its children, shared pages counted once
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(proportional_megabytes(one) for one in family(process.pid)))
        time.sleep(0.1)
    return peak


def family(pid):
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has just ended
        return
    for child in children:
        yield from family(int(child))


def proportional_megabytes(pid):
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
