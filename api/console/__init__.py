"""The console: server-rendered pages, live over SSE, usable by keyboard alone, in two languages."""

from typing import Final

PREFIX: Final = "/console"
HOME: Final = f"{PREFIX}/alerts"
CASES: Final = f"{PREFIX}/cases"
LOGIN: Final = f"{PREFIX}/login"
PASSWORD: Final = f"{PREFIX}/password"
