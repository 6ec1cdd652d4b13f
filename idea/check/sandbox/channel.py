"""Messages between the server and a process that evaluates a model: raw bytes, no pickles.

A message is a one-byte type code, the length of the data, and the data.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

__all__ = [
    "BROKEN",
    "EXACT",
    "FILE",
    "LOGITS",
    "MEMORY",
    "READY",
    "UNSIZED",
    "WEIGHTS",
    "WRONG",
    "Channel",
]

FILE = b"o"
"""To the process, once: what is declared of a model's task, and the contents of its file."""
LOGITS, EXACT = b"l", b"x"
"""To the process: float32 images for `logits` or `exact_logits`. The reply's code is its dtype."""
READY = b"r"
"""Its reply to `FILE` for a graph: two bytes, the batch sizes for `LOGITS` and `EXACT`, and its
task."""
WEIGHTS = b"n"
"""Its reply to `FILE` for a network that the server evaluates: the serialized weights."""
WRONG, UNSIZED, MEMORY, BROKEN = b"w", b"s", b"m", b"b"
"""Error replies: a message for the client; one about a file without the size of its images; out of
memory; a traceback."""

_HEADER = struct.Struct("<cQ")


class Channel:
    """One end of a connection.

    Parameters
    ----------
    end
        One of a pair of sockets.
    tick
        Seconds after which `wait` is called while nothing is sent or received.
    """

    def __init__(self, end: socket.socket, tick: float) -> None:
        end.settimeout(tick)
        self._end = end

    def close(self) -> None:
        """Close the connection."""
        self._end.close()

    def send(self, kind: bytes, data: bytes, wait: Callable[[], object]) -> None:
        """Send a message.

        Parameters
        ----------
        kind
            Its type code.
        data
            Its data.
        wait
            Called at each tick while nothing can be sent; raises an error to give up.

        Raises
        ------
        OSError
            If the other end is closed.
        """
        for part in (_HEADER.pack(kind, len(data)), data):
            left = memoryview(part)
            while left:
                try:
                    left = left[self._end.send(left) :]
                except TimeoutError:
                    wait()

    def receive(self, most: int, wait: Callable[[], object]) -> tuple[bytes, bytes]:
        """Receive a message.

        Parameters
        ----------
        most
            Maximum size of the data in bytes.
        wait
            Called at each tick while nothing is received; raises an error to give up.

        Returns
        -------
        kind, data
            Its type code and data.

        Raises
        ------
        OSError
            If the other end is closed, or the message is too large.
        """
        kind, size = _HEADER.unpack(self._receive_exactly(_HEADER.size, wait))
        if size > most:
            raise OSError(f"expected a message of at most {most:,} bytes, found {size:,}")
        return kind, self._receive_exactly(size, wait)

    def _receive_exactly(self, size: int, wait: Callable[[], object]) -> bytes:
        data = bytearray(size)
        left = memoryview(data)
        while left:
            try:
                count = self._end.recv_into(left)
            except TimeoutError:
                wait()
                continue
            if not count:
                raise ConnectionResetError("the other end is closed")
            left = left[count:]
        return bytes(data)
