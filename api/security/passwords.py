"""Passwords are kept as salted scrypt digests (RFC 7914) that carry their own cost."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from typing import Final

# OWASP password storage cheat sheet (2024): N=2^15, r=8, p=3 equals its first choice in work.
_BLOCK: Final = 8
_LANES: Final = 3
_MEMORY_HEADROOM: Final = 2
SHORTEST: Final = 10


def hash_password(password: str, cost: int) -> str:
    """The digest to keep; ``cost`` is scrypt's N."""
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, cost)
    return f"scrypt${cost}${b64encode(salt).decode()}${b64encode(digest).decode()}"


def matches(password: str, kept: str) -> bool:
    """Whether this password made the kept digest; takes as long when it did not."""
    _, cost, salt, digest = kept.split("$")
    return hmac.compare_digest(_scrypt(password, b64decode(salt), int(cost)), b64decode(digest))


def one_time_password() -> str:
    """A password to be typed once: no letters that look alike, some 79 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    memory = 128 * _BLOCK * cost * _MEMORY_HEADROOM
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=cost,
        r=_BLOCK,
        p=_LANES,
        maxmem=memory,
    )
