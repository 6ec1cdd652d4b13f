"""`python -m idea.check`, run as a user would."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import asdict

import pytest

from idea.image import DIGITS
from idea.networks.bundled import BUNDLED


@pytest.fixture
def served(tmp_path):
    """Start a checker; give its process and address."""
    begun = []

    def serve(*arguments):
        command = [sys.executable, "-m", "idea.check", "--no-browser", *map(str, arguments)]
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        begun.append(process)
        line = process.stdout.readline()
        found = re.fullmatch(r"serving at (http://\S+/)   \(Ctrl-C ends it\)\n", line)
        assert found, line + process.stderr.read()
        return process, found[1]

    yield serve
    for process in begun:
        process.kill()
        process.communicate()


def site(address):
    with urllib.request.urlopen(f"{address}site.json", timeout=60) as answer:  # noqa: S310
        return json.load(answer)


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_ctrl_c(served, end):
    process, address = served("--port", 0)
    said = site(address)
    assert said["server"] is True
    assert [entry["id"] for entry in said["models"]] == list(BUNDLED)
    with urllib.request.urlopen(address, timeout=60) as page:  # noqa: S310
        assert b"<!doctype html>" in page.read().lower()
    process.send_signal(end)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_while_it_searches(served, end):
    process, address = served("--port", 0)
    with contextlib.ExitStack() as stack:
        for digit in range(4):
            body = {"digit": digit, "method": "mc", "options": {"steps": 10**9}, "every": 10_000}
            request = urllib.request.Request(  # noqa: S310
                f"{address}api/search",
                json.dumps(body).encode(),
                {"Content-Type": "application/json"},
            )
            stream = stack.enter_context(urllib.request.urlopen(request, timeout=60))  # noqa: S310
            assert stream.readline() == b"event: frame\n"
        process.send_signal(end)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.slow
def test_it_begins_with_the_model_that_is_named(served, model):
    _, address = served("--port", 0, "--model", model)
    said = site(address)
    assert said["default"] == "own"
    weights = {"weights", "convolutions", "layers", "check", "real"}  # what the page reads
    assert weights < said["models"][0].keys()
    assert {k: v for k, v in said["models"][0].items() if k not in weights} == {
        "id": "own",
        "name": "m.dat",
        "network": "784-16-16-10",
        "accuracy": None,
        "notes": [],
        "better_input": None,
        "prior_weight": None,
        "data": "mnist",
        "task": asdict(DIGITS) | {"classes": list(DIGITS.classes)},
    }
    _, address = served("--port", 0, "--model", "convnet")
    assert site(address)["default"] == "convnet"


def test_it_is_there_for_this_machine_alone(served):
    _, address = served("--port", 0)
    port = int(address.rstrip("/").rpartition(":")[2])
    assert address == f"http://127.0.0.1:{port}/"
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        own = "127.0.0.2"  # another address of this machine, which nothing is bound to
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((own, port), timeout=5)


@pytest.mark.parametrize("host", ["0.0.0.0", "0"])  # noqa: S104
def test_for_others_it_prints_another_address_and_answers_to_the_names_it_is_given(served, host):
    options = (
        "--host",
        host,
        "--name",
        "digits.example.org",
        "--allow-origin",
        "https://a.example",
    )
    process, address = served("--port", 0, *options)
    said = process.stdout.readline()
    outside = re.fullmatch(r"and for others at (http://\S+/)\n", said)[1]
    assert site(outside) == site(address)
    assert site(address)["join"]["address"] == outside
    for name, status in (("digits.example.org", 200), ("evil.example", 403)):
        headers = {"Host": name, "Origin": "https://a.example"}
        request = urllib.request.Request(f"{address}site.json", headers=headers)  # noqa: S310
        try:
            found = urllib.request.urlopen(request, timeout=60).status  # noqa: S310
        except urllib.error.HTTPError as error:
            found = error.code
            error.close()
        assert found == status


@pytest.mark.slow
def test_two_run_side_by_side_but_a_port_that_is_named_must_be_free(served, run):
    (_, first), (_, second) = served(), served()
    assert first != second
    assert site(first) == site(second)
    port = second.rstrip("/").rpartition(":")[2]
    said = run("idea.check", "--no-browser", "--port", port, status=2).stderr
    assert said == (
        f"error: can't serve at 127.0.0.1, port {port}: Address already in use; "
        "name another --host or --port\n"
    )


@pytest.mark.slow
def test_wrong_input_is_a_sentence(run, tmp_path):
    said = run("idea.check", "--model", "no.dat", status=2).stderr
    assert said == "error: no.dat: can't be read: No such file or directory\n"
    said = run("idea.check", "--no-browser", "--host", "192.0.2.1", status=2).stderr
    assert said == (
        "error: can't serve at 192.0.2.1, port 0: Cannot assign requested address; "
        "name another --host or --port\n"
    )
    hosts = {"a..b": "a..b", "a" * 64: "a" * 64, "": "''", b"\xff": r"'\udcff'"}
    for host, shown in hosts.items():
        given = os.fsdecode(host)
        said = run("idea.check", "--no-browser", "--port", "0", "--host", given, status=2).stderr
        failure = "invalid host name; name another --host or --port"
        assert said == f"error: can't serve at {shown}, port 0: {failure}\n"
    for name in ("", "a..b", "digits.example.org:80", "http://digits.example.org", "a b"):
        said = run("idea.check", "--no-browser", "--name", name, status=2).stderr
        assert said.endswith(
            f"argument --name: expected a host name, such as digits.example.org, found {name!r}\n"
        )
    said = run("idea.check", "--port", "99999", status=2).stderr
    assert said.endswith("argument --port: expected a port, 0…65535, not '99999'\n")
    for option, value, expected in (
        (
            "--allow-origin",
            "*",
            "an origin, such as https://example.org or http://localhost:3000, ",
        ),
        ("--proxies", "-1", "a number, 0…100, "),
    ):
        said = run("idea.check", "--no-browser", option, value, status=2).stderr
        assert f"argument {option}: expected {expected}" in said
    (tmp_path / "file").touch()
    said = run("idea.check", "--export", "file", "--without-training", status=2).stderr
    assert said.startswith("error: file: can't create the folder")


@pytest.mark.slow
def test_it_writes_a_static_site_and_says_how_to_try_it(run, tmp_path):
    export = ("--export", "site", "--without-training")
    # Before these it says what this machine lacks.
    *_, first, second = run("idea.check", *export).stdout.splitlines()
    count = sum(path.is_file() for path in (tmp_path / "site").rglob("*"))
    assert re.fullmatch(rf"site: {count} files, \d+\.\d MB; try it with", first)
    assert second == "python -m http.server --bind 127.0.0.1 --directory site"


@pytest.mark.parametrize("package", ["flask", "waitress"])
def test_a_missing_package_is_a_sentence(package):
    code = (
        f"import sys; sys.modules['{package}'] = None; sys.argv = ['check', '--no-browser']\n"
        "from idea.check.__main__ import main; from idea.cli.common import run; sys.exit(run(main))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: the checker needs a package that is not installed (")
    assert done.stderr.endswith("pip install flask waitress threadpoolctl\n")
