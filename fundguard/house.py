"""The whole house on one machine: worker beside the API, restarted when it dies, ended together."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fundguard.working import STOPPED_BY_BAD_INPUT

GRACE_SECONDS: Final = 20  # a worker told to stop finishes its chunk
RESTART_SECONDS: Final = 1.0


class AlreadyRunning(RuntimeError):
    """Another ``fundguard up`` uses this data directory; stop it first."""


@contextmanager
def sole_user_of(folder: Path) -> Iterator[None]:
    """Hold the data directory; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(f"{folder} 正被另一个 fundguard up 使用") from error
        yield


@contextmanager
def kept_running(arguments: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    """Run ``fundguard ARGUMENTS`` beside this process and start it again whenever it dies.

    A worker that stopped because of bad input stays stopped: its message says what to do.
    """
    stopping = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stopping.is_set():
            process = subprocess.Popen(
                [sys.executable, "-m", "fundguard", *arguments],
                env={**os.environ, **environment},
                start_new_session=True,  # Ctrl-C is ours to pass on, once the API has stopped
            )
            running[:] = [process]
            if process.wait() == STOPPED_BY_BAD_INPUT:
                return
            stopping.wait(RESTART_SECONDS)

    keeper = threading.Thread(target=keep, name="keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for process in running:
            _stop(process)
        keeper.join(timeout=GRACE_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def beside(arguments: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    """Run ``fundguard ARGUMENTS`` once beside this process; end it with us if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "fundguard", *arguments],
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        yield
    finally:
        _stop(process)
