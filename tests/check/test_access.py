"""Requests through proxies that rewrite headers, and from pages of other origins (CORS)."""

from __future__ import annotations

import http.client
import json
import re

import pytest

import idea
from idea.check import create_app
from idea.check.access import normalise_origin

from client import Client, error_message, serving

NAME = "digits.example.org"
SITE = "https://pages.example"
SAME = {"Sec-Fetch-Site": "same-origin"}


def status(client, **headers):
    """Return the status of a request; the server's own port is 2828, and keys are headers."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.get("/site.json", headers=given, environ_overrides={"SERVER_PORT": "2828"}) as got:
        return got.status_code


@pytest.fixture(scope="module")
def named():
    return Client(create_app(hosts=["localhost", NAME])).http


@pytest.fixture(scope="module")
def behind():
    return Client(create_app(hosts=["localhost", NAME], proxies=2)).http


@pytest.fixture(scope="module")
def open_to_site():
    return Client(create_app(allow_origins=[SITE, "http://localhost:3000"])).http


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:2828", f"https://{NAME}"),  # Host rewritten
        ("127.0.0.1:2828", f"http://{NAME}"),
        ("localhost:2828", f"https://{NAME}:443"),
        (NAME, "http://localhost:2828"),  # Origin rewritten
        (NAME, "http://127.0.0.1:2828"),
        (f"{NAME}:443", f"https://{NAME}"),  # the port that browsers leave out
        (f"{NAME}:2828", f"https://{NAME}"),  # its own port added
        (NAME, f"http://{NAME}:2828"),
        (f"{NAME}:8443", f"https://{NAME}:8443"),
        ("localhost:2828", "http://127.0.0.1:2828"),
    ],
)
def test_a_page_behind_a_proxy_that_rewrites_is_the_servers_own(named, host, origin):
    assert status(named, Host=host, Origin=origin) == 200
    assert status(named, Host=host, Origin=origin, **SAME) == 200
    assert status(named, Host=host, Origin=origin, Sec_Fetch_Site="cross-site") == 403


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:2828", f"https://{NAME}:8443"),
        (NAME, f"https://{NAME}:8443"),  # a proxy that leaves out the port
        ("localhost:2828", "http://localhost:3000"),  # a forwarded port
    ],
)
def test_of_another_port_only_the_browser_knows_whether_it_is_the_same_page(named, host, origin):
    assert status(named, Host=host, Origin=origin) == 403
    assert status(named, Host=host, Origin=origin, **SAME) == 200
    assert status(named, Host=host, Origin=origin, Sec_Fetch_Site="same-site") == 403


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        f"https://{NAME}.evil.example",
        f"https://evil.example?{NAME}",
        f"https://{NAME}@evil.example",
        f"ftp://{NAME}",
        "http://localhost",
        "http://6.6.6.6:2828",
        "null",
        "",
        f"https://{NAME}, https://evil.example",
    ],
)
@pytest.mark.parametrize("host", ["localhost:2828", NAME])
def test_other_sites_stay_refused(named, host, origin):
    for more in ({}, SAME):
        if more and origin == "http://localhost":  # there the browser vouches for the page
            continue
        assert status(named, Host=host, Origin=origin, **more) == 403


def test_names_of_this_machine_are_not_those_of_its_pages(monkeypatch):
    from idea.check.access import Access
    from idea.check.app import make_app
    from idea.check.limits import Limits
    from idea.task_options import UNDECLARED

    access = Access(machine=frozenset({"box"}))
    client = Client(make_app(None, UNDECLARED, access, Limits())).http
    assert status(client, Host="box:2828", Origin="http://box:2828") == 200
    for host in ("box:2828", "192.168.0.7:2828"):  # a page of another server of this machine
        assert status(client, Host=host, Origin="http://box") == 403


def forwarded(host, proto="https", **more):
    return {"X_Forwarded_Host": host, "X_Forwarded_Proto": proto, "Host": "localhost:2828"} | more


def test_headers_of_trusted_proxies_are_used(behind):
    # Each of two proxies has added what it received; a client may have sent more before.
    for hosts in (f"{NAME}, inner.example", f"evil.example, {NAME}, inner.example"):
        assert status(behind, **forwarded(hosts), Origin=f"https://{NAME}") == 200
    for name in (f"{NAME}:8443", "192.168.0.7:8080"):
        assert status(behind, **forwarded(f"{name}, b"), Origin=f"https://{name}") == 200
    port = forwarded(f"{NAME}, b", X_Forwarded_Port="8443, 80")
    assert status(behind, **port, Origin=f"https://{NAME}:8443") == 200
    assert status(behind, **forwarded(f"{NAME}, b"), Origin="https://evil.example") == 403
    assert status(behind, **forwarded("evil.example, b"), Origin="https://evil.example") == 403
    assert status(behind, Host="localhost:2828", Origin="http://localhost:2828") == 200  # without


def test_headers_that_any_page_can_set_do_not_stand_for_the_host(named, behind):
    """A name that resolves to this machine (DNS rebinding) is in Host, which pages can't set."""
    for client in (named, behind):
        headers = forwarded("localhost, localhost", Host="evil.example")
        assert status(client, **headers, **SAME) == 403
    # Without proxies, what they would add means nothing.
    assert status(named, **forwarded("192.168.0.7:8080"), Origin="https://192.168.0.7:8080") == 403


def test_an_origin_that_is_allowed_may_send_and_read(open_to_site):
    for origin in (SITE, "http://localhost:3000"):
        headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        for body, code in (({"images": [[0] * 784]}, 200), ({}, 400)):
            response = open_to_site.post("/api/classify", json=body, headers=headers)
            assert response.status_code == code
            assert response.headers["Access-Control-Allow-Origin"] == origin
            assert response.headers["Access-Control-Expose-Headers"] == "Retry-After"
            assert "Access-Control-Allow-Credentials" not in response.headers
            assert response.headers["Vary"] == "Origin"


@pytest.mark.parametrize("path", ["/send", "/api/classify", "/site.json"])
def test_a_preflight_is_answered(open_to_site, path):
    asked = {"Access-Control-Request-Method": "POST", "Sec-Fetch-Site": "cross-site"}
    response = open_to_site.options(path, headers={"Origin": SITE} | asked)
    assert response.status_code == 200
    headers = {n: v for n, v in response.headers.items() if n.startswith("Access-Control")}
    assert headers == {
        "Access-Control-Allow-Origin": SITE,
        "Access-Control-Expose-Headers": "Retry-After",
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "600",
    }


@pytest.mark.parametrize(
    "origin", ["http://pages.example", f"{SITE}:8443", f"{SITE}.evil.example", "null", None]
)
def test_no_other_origin_may(open_to_site, named, origin):
    for client in (open_to_site, named):
        headers = {"Sec-Fetch-Site": "cross-site"} | ({"Origin": origin} if origin else {})
        for method in ("GET", "OPTIONS"):
            response = client.open("/site.json", method=method, headers=headers)
            assert response.status_code == 403
            assert not any(name.startswith("Access-Control") for name in dict(response.headers))
    own = open_to_site.get("/site.json")
    assert "Access-Control-Allow-Origin" not in own.headers
    assert own.headers["Vary"] == "Origin"  # or a cache would give an allowed page this response


def test_the_host_is_checked_before_the_origin(open_to_site):
    response = open_to_site.get("/site.json", headers={"Origin": SITE, "Host": "evil.example"})
    assert "unknown host" in error_message(response, 403)


def test_large_bodies_are_held_to_the_same_rules():
    app = create_app(hosts=["localhost", NAME], proxies=1, allow_origins=[SITE])
    cases = [
        ({"Origin": f"https://{NAME}"}, 413),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": SITE, "Sec-Fetch-Site": "cross-site"}, 413),
        ({"X-Forwarded-Host": f"{NAME}:8443", "Origin": f"https://{NAME}:8443"}, 413),
        ({"X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"}, 403),
    ]
    with serving(app) as port:
        for headers, code in cases:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            size = {"Content-Length": "1000000000"}
            connection.request("POST", "/send", headers=size | headers)
            response = connection.getresponse()
            assert response.status == code, json.load(response)
            allowed = SITE if headers["Origin"] == SITE else None
            assert response.headers["Access-Control-Allow-Origin"] == allowed
            connection.close()
        # Small ones pass waitress, which would remove the headers of proxies.
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = cases[3][0]
        connection.request("GET", "/site.json", headers=headers)
        assert connection.getresponse().status == 200
        connection.close()


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Example.ORG", "https://example.org"),
        ("http://localhost:3000/", "http://localhost:3000"),
        ("https://bücher.example:443", "https://xn--bcher-kva.example"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_origins_are_those_that_browsers_send(text, origin):
    assert normalise_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        *("*", "null", "", "example.org", "//example.org", "https://", "https://a.example/page"),
        *("https://user@a.example", "https://a.example?x", "file:///a", "https://a:99999"),
        "http://[",
    ],
)
def test_what_is_no_origin_is_refused(text):
    said = (
        "expected an origin, such as https://example.org or http://localhost:3000, "
        f"found {text!r:.80}"
    )
    with pytest.raises(idea.IdeaError, match=f"^{re.escape(said)}$"):
        create_app(allow_origins=[text])


def test_other_wrong_arguments_are_refused():
    said = "allow_origins: expected a list, found the string 'https://a.example'"
    with pytest.raises(idea.IdeaError, match=f"^{said}$"):
        create_app(allow_origins="https://a.example")
    with pytest.raises(idea.IdeaError, match=r"proxies must be a whole number, 0…100, not -1"):
        create_app(proxies=-1)
