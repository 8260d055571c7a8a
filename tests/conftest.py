"""What all tests share."""

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("outcomes", deadline=None)
settings.load_profile("outcomes")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record",
        action="store_true",
        help="write the output that a case gives as the one it is expected to give; look at the differences then",
    )


@pytest.fixture
def record(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are to be written anew."""
    return bool(request.config.getoption("--record"))
