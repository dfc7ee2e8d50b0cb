"""How much may come of a packed file: nothing is trusted to be as small as it says."""

from __future__ import annotations

import zlib

MOST_BYTES = 400_000_000
"""Of one published file, once all in it is unpacked: what holds more fills memories, or is beyond looking through."""
CHUNK_BYTES = 1_000_000


class CannotUnpack(ValueError):  # noqa: N818 (what happened, not what sort of error)
    """Not all that a packed file holds can be looked at; what could be was given before."""


class Allowance:
    """How many bytes may still come of one file."""

    def __init__(self) -> None:
        self._most = self._left = MOST_BYTES

    def take(self, count: int) -> None:
        """Use some of it up.

        Raises:
            CannotUnpack: there is not so much left.
        """
        self._left -= count
        if self._left < 0:
            raise CannotUnpack(f"it holds more than {self._most:,} bytes")


def inflated(data: bytes, allowance: Allowance, bits: int = zlib.MAX_WBITS) -> bytes:
    """A zlib stream, as far as it goes: PDF and web servers leave off its end, and nothing that is there may be missed."""
    stream = zlib.decompressobj(bits)
    whole = bytearray()
    while data:
        try:
            chunk = stream.decompress(data, CHUNK_BYTES)
        except zlib.error:
            if not whole:
                raise
            break
        allowance.take(len(chunk))
        whole += chunk
        data = stream.unconsumed_tail
    return bytes(whole)
