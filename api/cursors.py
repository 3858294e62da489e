"""Page cursors: where the next page begins, signed so that a client can only hand them back."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import msgspec
from msgspec import Struct

_SIGNATURE: Final = 16  # bytes; a cursor opens nothing, it only must not be made up


class BadCursor(ValueError):
    """Not ours, cut, of another query, or from before a restart without a session secret."""


class Place(Struct, array_like=True, frozen=True):
    """The last row of a page: the value it was sorted by and its id, in one query's order."""

    query: str
    value: float | int | str
    last_id: str


class Cursors:
    """Writes and reads the cursors of one process, or of all that share its secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.sha256(b"cursor" + secret).digest()

    def write(self, place: Place) -> str:
        body = msgspec.msgpack.encode(place)
        return urlsafe_b64encode(self._sign(body) + body).decode().rstrip("=")

    def read(self, cursor: str, query: str) -> Place:
        """The place a cursor names, if it belongs to this query."""
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except ValueError as error:
            raise BadCursor from error
        signature, body = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(body)):
            raise BadCursor
        place = msgspec.msgpack.decode(body, type=Place)
        if place.query != query:
            raise BadCursor
        return place

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_SIGNATURE]
