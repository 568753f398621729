"""Models of the hub's size go through every path within 4 GB of memory. Takes minutes: pytest -m bench"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from given import full_size

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.bench


@pytest.mark.parametrize("kind", full_size.KINDS)
def test_every_path_within_four_gigabytes(kind, tmp_path):
    command = [sys.executable, str(Path(full_size.__file__)), kind, str(tmp_path / kind), "1000000"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TQDM_DISABLE": "1", "HF_HUB_OFFLINE": "1"}
    for _ in range(2):  # the first writes the model
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=7200)
        assert not done.returncode, done.stderr
    figures = json.loads(done.stdout)
    print(kind, figures)
    assert figures["peak_gb"] < 4
