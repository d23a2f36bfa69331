"""The part of lxml's elements that we use, as a type: lxml's own class is private to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, cast, overload

from lxml import etree

_XML = {"xml": "http://www.w3.org/XML/1998/namespace"}


class Element(Protocol):
    """An element of a parsed tree, without comments and instructions."""

    tag: str
    text: str | None
    tail: str | None

    @property
    def attrib(self) -> Mapping[str, str]:
        """Attributes by name."""
        ...

    @property
    def nsmap(self) -> Mapping[str | None, str]:
        """Namespaces by prefix."""
        ...

    @overload
    def get(self, key: str) -> str | None: ...
    @overload
    def get(self, key: str, default: str) -> str: ...
    def getparent(self) -> Element | None:
        """Return the element above."""
        ...

    def find(self, path: str) -> Element | None:
        """Return the first match of a path."""
        ...

    def iter(self, *tags: str) -> Iterator[Element]:
        """Yield this element and those in it, in order."""
        ...

    def iterchildren(self, *tags: str) -> Iterator[Element]:
        """Yield the children with these names."""
        ...

    def itertext(self) -> Iterator[str]:
        """Yield the texts in it."""
        ...

    def iterancestors(self) -> Iterator[Element]:
        """Yield the elements above."""
        ...

    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> Element: ...


def text_of(element: Element) -> str:
    """Return the text of an element and of all elements in it, as XPath's ``string()`` does."""
    if not len(element):
        return element.text or ""
    return "".join(element.itertext())


def elements(path: str) -> Callable[[Element], list[Element]]:
    """Compile an XPath expression that selects elements, for libxml2 to run."""
    return cast("Callable[[Element], list[Element]]", etree.XPath(path, namespaces=_XML))


def strings(path: str) -> Callable[[Element], list[str]]:
    """Compile an XPath expression that selects attributes or texts."""
    return cast("Callable[[Element], list[str]]", etree.XPath(path, namespaces=_XML, smart_strings=False))
