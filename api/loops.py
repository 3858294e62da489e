"""Work that goes on beside the requests: one thread a job, backing off while it fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

_LOG: Final = logging.getLogger("fundguard.api")
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0


class Loop:
    """Calls ``step`` until stopped: again at once while it says it did something.

    ``failing`` is how many steps failed in a row; `api.routes.health` shows it.
    """

    def __init__(self, name: str, step: Callable[[], bool], idle_seconds: float) -> None:
        self.name = name
        self.failing = 0
        self._step = step
        self._idle = idle_seconds
        self._stopping = threading.Event()
        self._waking = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"fundguard-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Do not wait for the end of the pause: there is something to do."""
        self._waking.set()

    def stop(self) -> None:
        """Let the running step finish, then end."""
        self._stopping.set()
        self._waking.set()

    def join(self, seconds: float) -> None:
        if self._thread.is_alive():
            self._thread.join(seconds)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            busy = self._try()
            if not busy and not self._stopping.is_set():
                self._waking.wait(self._pause())
                self._waking.clear()

    def _try(self) -> bool:
        try:
            busy = self._step()
        # A step runs what others plug in (sources, publishers) over a network and a database:
        # whatever goes wrong there, the right answer is to try again later.
        except Exception as error:  # noqa: BLE001
            self.failing += 1
            # Its class alone: the text of a database error repeats the row, and so a person.
            _LOG.warning(
                "%s failed %d times in a row: %s", self.name, self.failing, type(error).__name__
            )
            return False
        self.failing = 0
        return busy

    def _pause(self) -> float:
        if not self.failing:
            return self._idle
        return min(_FIRST_PAUSE * 2.0 ** (self.failing - 1), _LONGEST_PAUSE)
