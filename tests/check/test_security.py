"""Host and origin checks, and security headers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import idea
from idea.check import create_app

from client import Client, error_message

CLASSIFY = {"images": [[0] * 784]}


@pytest.fixture(scope="module")
def client():
    return Client(create_app(hosts=["localhost", "digits.example.org"])).http


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:2828",
        "digits.example.org",
        "127.0.0.1:2828",
        "192.168.0.7:2828",  # no foreign page's name can mean an address
        "[::1]:2828",
    ],
)
def test_its_own_page_may_ask(client, host):
    headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/classify", json=CLASSIFY, headers=headers).status_code == 200


def test_a_client_that_is_no_browser_may_ask(client):
    assert client.post("/api/classify", json=CLASSIFY).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:8000"},  # another program of this machine
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/api/classify", "/send", "/api/search", "/api/models"])
def test_foreign_pages_may_not(client, headers, path):
    response = client.post(path, json=CLASSIFY, headers={"Host": "localhost:2828"} | headers)
    ((name, value),) = headers.items()
    hint = ": --allow-origin allows them; behind a proxy, see --name and --proxies"
    assert error_message(response, 403) == (
        f"requests from the pages of other sites are refused ({name}: {value!r})"
        f"{hint if name == 'Origin' else ''}"
    )


def test_foreign_pages_may_not_embed_what_it_has_but_may_link_to_it(client):
    for path, status in (("/site.json", 403), ("/api/ideal?digit=5", 403), ("/", 200)):
        with client.get(path, headers={"Sec-Fetch-Site": "cross-site"}) as response:
            assert response.status_code == status


@pytest.mark.parametrize("host", ["evil.example", "evil.example:2828", "localhost.evil.example"])
def test_a_name_that_only_means_this_machine_is_refused(client, host):
    response = client.get("/site.json", headers={"Host": host, "Origin": f"http://{host}"})
    assert error_message(response, 403) == f"unknown host {host!r}: allow it with --name"


def test_what_is_no_address_is_refused(client):
    said = error_message(client.get("/site.json", headers={"Origin": "http://["}), 403)
    assert said == "expected an address, found 'http://['"
    said = error_message(client.get("/site.json", headers={"Host": "[::1"}), 403)
    assert said == "unknown host '': allow it with --name"


def test_without_names_it_is_asked_by_localhost_and_addresses_alone():
    client = Client(create_app()).http
    for host in ("localhost", "LOCALHOST:2828", "localhost.", "127.0.0.1", "10.0.0.9:80", "[::1]"):
        assert client.get("/site.json", headers={"Host": host}).status_code == 200
    for host in ("digits.example.org", "evil.example", "localhost.evil.example"):
        said = error_message(client.get("/site.json", headers={"Host": host}), 403)
        assert said == f"unknown host {host!r}: allow it with --name"


def test_names_are_those_that_browsers_send():
    client = Client(create_app(hosts=["Digits.Example.ORG", "bücher.example."])).http
    for host in ("digits.example.org", "xn--bcher-kva.example", "127.0.0.1"):
        assert client.get("/site.json", headers={"Host": host}).status_code == 200
    assert client.get("/site.json", headers={"Host": "localhost"}).status_code == 403


@pytest.mark.parametrize(
    "name", ["", "a..b", "a" * 64, "a.example:80", "http://a.example", "a b", "a\0b", "\ud800", "*"]
)
def test_what_is_no_name_is_a_sentence(name):
    said = f"expected a host name, such as digits.example.org, found {name!r:.80}"
    with pytest.raises(idea.IdeaError, match=f"^{re.escape(said)}$"):
        create_app(hosts=[name])


def test_one_name_must_stand_in_a_list():
    with pytest.raises(
        idea.IdeaError, match=r"hosts: expected a list of names, found the string 'a.example'"
    ):
        create_app(hosts="a.example")


@pytest.mark.parametrize("path", ["/", "/site.json", "/main.js", "/nothing", "/api/ideal?digit=x"])
def test_every_answer_is_marked(client, path):
    with client.get(path) as response:
        headers = response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"  # the kernel's module
    assert policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["Content-Security-Policy"].count("unsafe") == 1
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_scripts_are_called_scripts(client):
    kinds = {".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm"}
    for path in ("/main.js", "/styles/style.css", "/kernel/idea.wasm"):
        kind = kinds[Path(path).suffix]
        with client.get(path) as response:
            assert response.mimetype == kind


@pytest.mark.parametrize(
    ("base", "headers", "is_sent"),
    [
        ("http://127.0.0.1:2828", {}, True),
        ("http://192.168.1.5:2828", {}, False),
        ("http://192.168.1.5:2828", {"X-Forwarded-Proto": "https"}, True),
    ],
)
def test_a_header_that_browsers_heed_at_secure_addresses_alone_is_sent_there(
    client, base, headers, is_sent
):
    with client.get("/", base_url=base, headers=headers) as answer:
        assert ("Cross-Origin-Opener-Policy" in answer.headers) == is_sent
