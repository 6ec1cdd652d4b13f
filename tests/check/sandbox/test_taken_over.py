"""Processes that were taken over, or fail, can only answer wrongly."""

from __future__ import annotations

import pytest

from client import error_message
from processes import STUCK, WHITE, children, impostor

pytest_plugins = ["processes"]


def test_a_fault_of_the_program_is_called_one(monkeypatch, client, caplog):
    trace = r'say(b"b", b"Traceback\n  in x\nIndexError: list index out of range\x1b[2J\n")'
    impostor(monkeypatch, "take()", trace)
    said = error_message(client.upload("/api/models", b"x", "m.onnx"), 500)
    assert said == "m.onnx: an internal error (IndexError); see the server's log"
    assert "IndexError: list index out of range" in caplog.text
    assert "\x1b" not in caplog.text
    impostor(monkeypatch, "take()", "os._exit(3)")
    said = error_message(client.upload("/api/models", b"x", "m.onnx"), 500)
    assert said == "m.onnx: an internal error (exit status 3); see the server's log"


HOSTILE = {
    "endless": 'say(b"f", b"", 1 << 60)',
    "short": 'say(b"f", bytes(39))',
    "long": 'say(b"f", bytes(4000))',
    "pickle": 'say(b"O", bytes(40))',
    "noise": "connection.sendall(os.urandom(100))",
    "closed": "connection.close(); time.sleep(60)",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_process_that_was_taken_over_can_only_answer_wrongly(monkeypatch, client, kind):
    impostor(monkeypatch, "take()", 'say(b"r", ready)', "take()", HOSTILE[kind], *STUCK)
    response = client.upload("/api/models", b"x", "m.onnx")
    response = client.post("/api/classify", model=response.json["id"], images=[WHITE])
    assert response.status_code in (500, 503)
    assert error_message(response, response.status_code).startswith("m.onnx: ")
    assert client.post("/api/classify", images=[WHITE]).status_code == 200


STRANGE = {
    "notes": ("r", b"[1]\n@@"),
    "no batch": ("r", b"@\x00"),
    "too few": ("r", b""),
    "no task": ("r", b'@@{"height": 0, "width": 28, "classes": ["a", "b"]}'),
    "other task": (
        "n",
        b'[[[10, 784], null]]\n{"height": 8, "width": 8, "classes": ["a", "b"]}\n'
        + bytes(4 * 7850),
    ),
    "JSON": ("r", b'{"graph": true}'),
    "no weights": ("n", b""),
    "text": ("n", b"[[[1e9], null]]\n\n"),
    "negative": ("n", b"[[[-1, -784], null]]\n\n" + bytes(4 * 783)),
    "nested": ("n", b"[" * 100_000),
    "huge": ("n", b"[[[99999999, 99999999], null]]\n\n"),
    "short": ("n", b"[[[10, 784], null]]\n\n" + bytes(100)),
    "long": ("n", b"[[[10, 784], null]]\n\n" + bytes(4 * 7860)),
    "odd": ("n", b"[[[10, 784], null]]\n\n" + bytes(4 * 7850 - 1)),
    "wrong": ("n", b"[[[10, 783], null]]\n\n" + bytes(4 * 7840)),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_a_process_that_was_taken_over_opens_nothing_strange(monkeypatch, client, kind):
    letter, said = STRANGE[kind]
    reply = said if kind == "notes" else b"[]\n" + said
    impostor(monkeypatch, "take()", f"say({letter.encode()!r}, {reply!r})", *STUCK)
    before = children()
    said = error_message(client.upload("/api/models", b"x", "m.onnx"), 500)
    assert said.startswith("m.onnx: an internal error")
    assert children() <= before


def test_a_graph_that_fails_on_an_image_is_a_sentence(monkeypatch, client):
    impostor(
        monkeypatch, "take()", 'say(b"r", ready)', "take()", r'say(b"w", b"m: no\x07")', *STUCK
    )
    id_ = client.upload("/api/models", b"x", "m.onnx").json["id"]
    assert error_message(client.post("/api/classify", model=id_, images=[WHITE]), 400) == "m: no"
