"""Which addresses are read."""

from __future__ import annotations

import ipaddress

import pytest

from ckanext.ess.sources.addresses import is_allowed, parse, public_form, split
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceRefused, SourceUnavailable
from ckanext.ess.sources.pinned import Guard

PUBLIC = [
    "93.184.216.34",
    "8.8.8.8",
    "2606:2800:220:1:248:1893:25c8:1946",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]
#: Read only where private networks are allowed.
PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "::1",
    "fc00::1",
    "fd12:3456::1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::127.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
]
#: Never read.
NEVER = [
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "169.254.169.254",
    "169.254.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.7",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
    "2001:db8::1",
    "100::1",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "::169.254.169.254",
    "2002:a9fe:a9fe::",
    "64:ff9b::a9fe:a9fe",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_read(text: str):
    assert is_allowed(parse(text), private=False)


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_are_read_only_when_allowed(text: str):
    assert not is_allowed(parse(text), private=False)
    assert is_allowed(parse(text), private=True)


@pytest.mark.parametrize("text", NEVER)
def test_reserved_addresses_are_never_read(text: str):
    assert not is_allowed(parse(text), private=False)
    assert not is_allowed(parse(text), private=True)


def test_no_ipv4_block_that_is_not_global_passes():
    for block in (
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
    ):
        network = ipaddress.ip_network(block)
        for address in (network[0], network[1], network[network.num_addresses // 2], network[-1]):
            assert not is_allowed(address, private=False), address


@pytest.mark.parametrize(
    ("url", "error", "code"),
    [
        ("ftp://example.org/a.xml", SourceRefused, "http.scheme"),
        ("file:///etc/passwd", SourceRefused, "http.scheme"),
        ("gopher://example.org/", SourceRefused, "http.scheme"),
        ("javascript:alert(1)", SourceRefused, "http.scheme"),
        ("//example.org/a", SourceRefused, "http.scheme"),
        ("", SourceRefused, "http.scheme"),
        ("http://", SourceInvalid, "http.address"),
        ("http:///path", SourceInvalid, "http.address"),
        ("http://example.org:99999/", SourceInvalid, "http.address"),
        ("http://example.org:http/", SourceInvalid, "http.address"),
        ("http://[::1/", SourceInvalid, "http.address"),
        ("http://exam ple.org/", SourceInvalid, "http.address"),
        ("http://example.org/a\x00b", SourceInvalid, "http.address"),
    ],
)
def test_addresses_that_are_not_read(url: str, error: type[SourceError], code: str):
    with pytest.raises(error) as caught:
        split(url)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://user@example.org/a", "https://example.org/a"),
        ("https://example.org/a?api_key=s3cret&page=2", "https://example.org/a?api_key=…&page=2"),
        ("https://example.org/a?access_token=s3cret", "https://example.org/a?access_token=…"),
        ("https://example.org/a?X-Amz-Signature=s3cret", "https://example.org/a?X-Amz-Signature=…"),
        ("https://example.org/a?page=2#part", "https://example.org/a?page=2"),
        ("http://user:secret@[::1", "[::1"),
    ],
)
def test_addresses_are_shown_without_secrets(url: str, shown: str):
    assert public_form(url) == shown


class Names:
    """A resolver with prepared answers, one after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
        self.asked += 1
        texts = self.answers[min(self.asked, len(self.answers)) - 1]
        return [(2, 1, 6, "", (text, port)) for text in texts]


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["93.184.216.34", "10.0.0.8"], ["169.254.169.254"]])
def test_a_name_that_leads_into_a_private_network_is_refused(answer: list[str]):
    with pytest.raises(SourceRefused) as caught:
        Guard(resolve=Names(answer)).checked("catalogue.example", 80)
    assert caught.value.code == "http.private"
    assert caught.value.params["host"] == "catalogue.example"


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "localhost"])
def test_other_spellings_of_loopback_are_refused(host: str):
    with pytest.raises((SourceRefused, SourceUnavailable)) as caught:
        Guard().checked(host, 80)
    if isinstance(caught.value, SourceUnavailable):  # a resolver that knows only the usual spelling
        assert caught.value.code == "http.name"


def test_the_checked_address_is_the_connected_one(monkeypatch: pytest.MonkeyPatch):
    """A name that answers differently the second time gains nothing: there is no second time."""
    names = Names(["93.184.216.34"], ["127.0.0.1"])
    connected: list[object] = []

    class Socket:
        def __init__(self, *_: object) -> None:
            pass

        def settimeout(self, _: object) -> None:
            pass

        def setsockopt(self, *_: object) -> None:
            pass

        def connect(self, place: object) -> None:
            connected.append(place)

    monkeypatch.setattr("ckanext.ess.sources.pinned.socket.socket", Socket)
    Guard(resolve=names).connect("rebinding.example", 80, 1.0)
    assert connected == [("93.184.216.34", 80)]
    assert names.asked == 1


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "exa\u0000mple.org", "xn--" + "z" * 80])
def test_impossible_names_are_a_source_error(host: str):
    with pytest.raises(SourceError):
        Guard().checked(host, 80)
