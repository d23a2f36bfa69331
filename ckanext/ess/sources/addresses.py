"""Which addresses may be read: web addresses that do not lead into a private or reserved network."""

from __future__ import annotations

import base64
import ipaddress
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from ckanext.ess.sources.errors import SourceInvalid, SourceRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
#: Where cloud machines keep their credentials: not even read where private networks are.
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254")
)


def split(url: str) -> SplitResult:
    """The parts of a web address.

    Raises:
        SourceRefused: neither http nor https.
        SourceInvalid: not an address, or without a host.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SourceInvalid("http.address", url=public_form(url)) from None
    if parts.scheme not in _PORTS:
        raise SourceRefused("http.scheme", url=public_form(url))
    if not host or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise SourceInvalid("http.address", url=public_form(url))
    return parts


def origin(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port: what a redirection must not leave with our credentials."""
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS[parts.scheme]


def basic_credentials(parts: SplitResult) -> str:
    """The header ``Authorization`` for the user and password in an address; empty where there is none."""
    if parts.username is None:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")


def without_credentials(parts: SplitResult) -> str:
    """The address without user, password and fragment."""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def public_form(url: str) -> str:
    """An address as it may be shown and logged: without user, password and the values of key-like parameters.

    >>> public_form("https://user:secret@example.org/a?api_key=1&page=2")
    'https://example.org/a?api_key=…&page=2'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2][:200]
    network = parts.netloc.rpartition("@")[2]
    query = "&".join(_without_secret(pair) for pair in parts.query.split("&")) if parts.query else ""
    return urlunsplit((parts.scheme, network, parts.path, query, ""))[:500]


def _without_secret(pair: str) -> str:
    key, equals, _ = pair.partition("=")
    secret = any(word in key.lower() for word in ("key", "token", "secret", "password", "signature", "auth"))
    return f"{key}{equals}…" if secret and equals else pair


def is_allowed(address: Address, *, private: bool) -> bool:
    """Whether an address may be connected to.

    Args:
        address: what the name was resolved to.
        private: also allow loopback and private networks; never link-local, metadata or reserved ones.
    """
    if address in _METADATA:
        return False
    inner = _carried(address)
    if inner is not None:
        return is_allowed(inner, private=private)
    if _is_public(address):
        return True
    return private and (address.is_loopback or _is_private_network(address))


def is_private(address: Address) -> bool:
    """Whether an address is loopback or of a private network."""
    inner = _carried(address)
    return is_private(inner) if inner is not None else address.is_loopback or _is_private_network(address)


def parse(text: str) -> Address:
    """An address as the resolver writes it, without the zone of a link-local one."""
    return ipaddress.ip_address(text.partition("%")[0])


def _is_public(address: Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not (isinstance(address, ipaddress.IPv6Address) and address.is_site_local)
    )


def _is_private_network(address: Address) -> bool:
    networks = _PRIVATE_4 if isinstance(address, ipaddress.IPv4Address) else _PRIVATE_6
    return any(address in network for network in networks)


_PRIVATE_4 = tuple(ipaddress.ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_PRIVATE_6 = (ipaddress.ip_network("fc00::/7"),)


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    low = int(address) & 0xFFFFFFFF
    compatible = int(address) >> 32 == 0 and low > 1
    return ipaddress.IPv4Address(low) if address in _NAT64 or compatible else None
