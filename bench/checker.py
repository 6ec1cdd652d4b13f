"""Load test of the checker: many clients send drawings while searches stream.

`python bench/checker.py --help`.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import io
import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

import idea
from idea.data.mnist import load_mnist
from idea.files.preprocess import read_picture

from measure import require, row, serving, title

SIDE = 448  # of the page's canvas
DRAWINGS = 20


def main() -> int:
    """Measure one client, then many while searches stream; print the response times."""
    args = _parser().parse_args()
    drawings = [drawing(image) for image in load_mnist().test_images[:DRAWINGS]]
    model = idea.load_model()
    pictures = [read_picture(png).image.ravel() for png in drawings]
    expected = model.logits(np.stack(pictures)).argmax(axis=1).tolist()
    ways = {
        "a PNG by POST /send": [send_request(png) for png in drawings],
        "two images by POST api/classify": [classify_request(image) for image in pictures],
    }
    with serving() as port:
        for name, requests in ways.items():
            title(f"{name}, {args.requests} requests from each client")
            alone = load(port, requests, expected, clients=1, each=args.requests)
            show("one client, nothing else", alone)
            with streaming(port, args.searches) as frames:
                many = load(port, requests, expected, clients=args.clients, each=args.requests)
            show(f"{args.clients} clients, {args.searches} searches streaming", many)
            row("frames streamed meanwhile", frames(), "")
    return 0


def drawing(image: np.ndarray) -> bytes:
    """Enlarge a test digit to a canvas, as PNG."""
    stream = io.BytesIO()
    large = Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    large.save(stream, "PNG")
    return stream.getvalue()


Request = tuple[str, bytes, str]  # path, body, content type


def send_request(png: bytes) -> Request:
    """Return a request with a picture, as a form sends it."""
    head = 'Content-Disposition: form-data; name="file"; filename="drawing.png"'
    body = f"--x\r\n{head}\r\n\r\n".encode() + png + b"\r\n--x--\r\n"
    return "/send", body, "multipart/form-data; boundary=x"


def classify_request(image: np.ndarray) -> Request:
    """Return the page's request while drawing: the prepared image, and the canvas as drawn."""
    body = json.dumps({"images": [image.tolist()] * 2}).encode()
    return "/api/classify", body, "application/json"


def load(
    port: int, requests: list[Request], expected: list[int], *, clients: int, each: int
) -> list[float]:
    """Run clients that each send one request after another; return the seconds of each."""
    seconds: list[float] = []
    failures: list[str] = []

    def work(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(first, first + each):
            path, body, kind = requests[number % len(requests)]
            began = time.perf_counter()
            connection.request("POST", path, body, {"Content-Type": kind})
            response = connection.getresponse()
            reply = json.loads(response.read())
            seconds.append(time.perf_counter() - began)
            answer = reply["answers"][0] if "answers" in reply else reply
            if response.status != 200 or answer["digit"] != expected[number % len(requests)]:
                failures.append(f"{response.status}: {reply}")
        connection.close()

    run_together(work, clients)
    require(len(seconds) == clients * each, f"{clients * each - len(seconds)} answers are missing")
    require(not failures, f"{len(failures)} answers were wrong, the first {failures[:1]}")
    return seconds


def run_together(work: Callable[[int], None], clients: int) -> None:
    """Run one thread for each client."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextlib.contextmanager
def streaming(port: int, searches: int) -> Iterator[Callable[[], int]]:
    """Keep searches streaming; yields a function that counts the received frames."""
    stop = threading.Event()
    counts = [0] * searches
    # Enough steps for a search to last for seconds.
    body = {"digit": 5, "method": "mc", "options": {"steps": 10_000_000}, "every": 10_000}

    def watch(number: int) -> None:
        while not stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/api/search", json.dumps(body), headers)
            response = connection.getresponse()
            require(response.status == 200, f"a search was refused: {response.status}")
            while not stop.is_set() and (line := response.readline()):
                counts[number] += line == b"event: frame\n"
            connection.close()

    threads = [threading.Thread(target=watch, args=(n,), daemon=True) for n in range(searches)]
    for thread in threads:
        thread.start()
    while not all(counts):
        time.sleep(0.01)
    try:
        yield lambda: sum(counts)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        require(all(counts), "a search streamed nothing")


def show(name: str, seconds: list[float]) -> None:
    """Print the median and the 99th percentile."""
    row(f"{name}: median", statistics.median(seconds) * 1e3, "ms")
    row(f"{name}: 99th percentile", float(np.percentile(seconds, 99)) * 1e3, "ms")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python bench/checker.py",
        description="Start the checker, send requests from many clients at once while searches "
        "stream, check every answer, and print median and 99th percentile of the response times.",
    )
    parser.add_argument("--clients", type=int, default=50, help="(default: %(default)s)")
    parser.add_argument("--searches", type=int, default=2, help="(default: %(default)s)")
    parser.add_argument(
        "--requests", type=int, default=40, help="of each client (default: %(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
