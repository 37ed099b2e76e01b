"""What both stories need: answers of a certain type, waiting, and comparing folders."""

import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")


class Answer(Protocol):
    @property
    def status_code(self) -> HTTPStatus: ...

    @property
    def parsed(self) -> object: ...


def answered(kind: type[T], answer: Answer, status: int = 200) -> T:
    """What was answered, if it came with this status and was read as this type."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.parsed}"
    assert isinstance(answer.parsed, kind), f"{type(answer.parsed)} is no {kind}"
    return answer.parsed


def done(answer: Answer) -> None:
    """Holds that the answer has no content."""
    assert answer.status_code == 204, f"{answer.status_code}: {answer.parsed}"
    assert answer.parsed is None, answer.parsed


def wait(look: Callable[[], T | None]) -> T:
    """Looks until there is something."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(0.1)
    raise TimeoutError("nothing after 60 s")


def is_recent(seconds: float) -> bool:
    """Whether a time lies within the last hour."""
    return 0 <= time.time() + 1 - seconds < 3601


def contents(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found, f"{folder} holds no files"
    return found


def compare(folder: Path, target: Path) -> None:
    assert contents(target / folder.name) == contents(folder)
