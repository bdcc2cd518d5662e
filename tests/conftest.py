"""What every test may use."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def captures_dir() -> Path:
    """Real answers of the hub. They are not part of the project; tests of them skip where they are absent."""
    folder = ROOT.parent / "shared" / "captures"
    if not folder.is_dir():
        pytest.skip(f"no captures of the real hub at {folder}")
    return folder
