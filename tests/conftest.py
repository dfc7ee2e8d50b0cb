"""What all tests share: `--update` writes golden files anew for a person to read the diff; templates compiled once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from microsite import templating

# A busy machine is no failure: properties are about values, and time is for the benchmarks.
settings.register_profile("microsite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("microsite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write golden files anew instead of comparing with them")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update") and os.environ.get("CI"):
        raise pytest.UsageError("golden files are never written in CI: run with --update where you can read the diff")


@pytest.fixture(scope="session")
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(autouse=True)
def _as_on_nobodys_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what a machine's environment would have builds do: look for tripwires, speak to GitHub."""
    for name in ("MICROSITE_TRIPWIRES", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def compiled_once() -> Iterator[None]:
    """The generator's templates compiled once for all builds of a run, which takes most of a tiny site's time."""
    compiled: dict[object, Any] = {}
    make = templating.make_environment

    def made_once(folders: tuple[str, ...], *others: Any) -> Any:
        key = (folders, repr(others))
        if key not in compiled or len(folders) > 1:  # a site's own templates may change
            compiled[key] = make(folders, *others)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templating, "make_environment", made_once)
        yield
