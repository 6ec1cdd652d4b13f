"""Messages between the server and a process that evaluates a model: bytes, and nothing to unpickle.

A message is a letter, the length of what follows, and that.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

__all__ = ["BROKEN", "EXACT", "FILE", "LOGITS", "MEMORY", "READY", "WEIGHTS", "WRONG", "Channel"]

FILE = b"o"
"""To the process, once: a model's file."""
LOGITS, EXACT = b"l", b"x"
"""To it: images, float32, for `logits` or `exact_logits`. The answer's letter is its dtype's."""
READY = b"r"
"""From it, once, for a graph: two bytes, the largest batches for `LOGITS` and `EXACT`."""
WEIGHTS = b"n"
"""From it, once, for a network that the server evaluates: its weights, `packed`."""
WRONG, MEMORY, BROKEN = b"w", b"m", b"b"
"""From it: a sentence for whoever asked; that the memory doesn't suffice; a traceback."""

_HEAD = struct.Struct("<cQ")


class Channel:
    """One end of a connection.

    Parameters
    ----------
    end
        Of a pair of sockets.
    tick
        Seconds after which `wait` is called while nothing is sent or received.
    """

    def __init__(self, end: socket.socket, tick: float) -> None:
        end.settimeout(tick)
        self._end = end

    def close(self) -> None:
        """End the connection."""
        self._end.close()

    def send(self, kind: bytes, data: bytes, wait: Callable[[], object]) -> None:
        """Send a message.

        Parameters
        ----------
        kind
            Its letter.
        data
            What it says.
        wait
            Called at each tick while the other end doesn't take it; what it raises ends that.

        Raises
        ------
        OSError
            If the other end is closed.
        """
        for part in (_HEAD.pack(kind, len(data)), data):
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
            How many bytes it may have.
        wait
            Called at each tick while nothing comes; what it raises ends that.

        Returns
        -------
        kind, data
            The message.

        Raises
        ------
        OSError
            If the other end is closed, or says too much.
        """
        kind, size = _HEAD.unpack(self._exactly(_HEAD.size, wait))
        if size > most:
            raise OSError(f"expected a message of at most {most:,} bytes, found {size:,}")
        return kind, self._exactly(size, wait)

    def _exactly(self, size: int, wait: Callable[[], object]) -> bytes:
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
