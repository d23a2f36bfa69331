"""Plain addresses: what leads to files, what stays the same, what is no file."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from ckanext.ess.sources.base import PublisherDraft
from ckanext.ess.sources.errors import SourceError, SourceInvalid, SourceRefused
from ckanext.ess.sources.http import Http, Limits
from ckanext.ess.sources.url_lists import identity_of, links, name_of
from ckanext.ess.sources.urls import Urls
from ckanext.ess.tests.unit.fake_upstream import FakeUpstream, dripping_body, raw, redirect, status
from ckanext.ess.tests.unit.url_site import PUBLISHER, iati, listed, put, remembered, source, zipped

pytestmark = pytest.mark.usefixtures("short_waits")


def names(found: Urls) -> list[str]:
    return [ref.name for ref in listed(found)]


# ---- what leads to files


def test_one_file(upstream: FakeUpstream):
    """Its publisher is the one that it names; what it says is known without another reading."""
    put(upstream, "/iati/a.xml", iati())
    found = source(upstream, "/iati/a.xml")
    (ref,) = found.refs()
    draft = found.draft(ref)
    assert ref.id == f"{upstream.place}/iati/a.xml"
    assert draft.source_url == upstream.url("/iati/a.xml")
    assert draft.publisher == PublisherDraft(
        id=PUBLISHER, name="Exemple", title="Exemple", iati_identifier=PUBLISHER
    )
    facts = found.facts(ref)
    assert facts is not None
    assert (facts.countries, facts.data_date, ref.content) == (("SN",), "2026-02-03", facts.content_hash)
    assert (found.complete, found.total) == (True, 1)
    assert len(upstream.requests) == 1


def test_a_list_of_addresses(upstream: FakeUpstream):
    first, second = put(upstream, "/a.xml", iati(1)), put(upstream, "/b.xml", iati(2))
    put(upstream, "/list.txt", f"# our files\n{first}\n\n  {second}  \n{first}\nftp://x/y.xml\n")
    assert names(source(upstream, "/list.txt")) == ["a", "b"]


def test_a_table_with_addresses(upstream: FakeUpstream):
    put(upstream, "/list.csv", f"name,url\nA,{put(upstream, '/a.xml', iati())}\n")
    assert names(source(upstream, "/list.csv")) == ["a"]


def test_a_page_with_links(upstream: FakeUpstream):
    """Files of the same host; other hosts, other kinds and what only looks like data are left alone."""
    for name in ("a", "b", "d"):
        put(upstream, f"/iati/{name}.xml", iati())
    put(upstream, "/rss.xml", b"<rss/>")
    put(
        upstream,
        "/iati/",
        """<!DOCTYPE html><html><body><a href="a.xml">A</a> <a href='/iati/b.xml?v=1'>B</a>
        <a href="//elsewhere.example/c.xml">C</a> <a href="mailto:x@y.example">m</a> <a href="?C=N;O=D">N</a>
        <a href="../rss.xml">R</a> <a href="d.xml#x">D</a> <a href="a.xml">again</a> <a href="e.pdf">E</a>
        <a href="http://[bad/x.xml">bad</a></body></html>""",
    )
    found = source(upstream, "/iati/")
    assert names(found) == ["a", "b", "d"]
    assert found.complete


def test_folders_of_a_folder(upstream: FakeUpstream):
    """Below only, not above, and not without end."""
    put(upstream, "/iati/", '<html><a href="../">..</a><a href="2025/">2025/</a><a href="a.xml">a</a></html>')
    put(
        upstream,
        "/iati/2025/",
        '<html><a href="/iati/">up</a><a href="b.xml">b</a><a href="./">me</a></html>',
    )
    put(upstream, "/iati/a.xml", iati(1))
    put(upstream, "/iati/2025/b.xml", iati(2))
    assert sorted(names(source(upstream, "/iati/"))) == ["a", "b"]
    assert "/" not in upstream.paths()


def test_a_sitemap_and_a_sitemap_of_sitemaps(upstream: FakeUpstream):
    namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    locs = [put(upstream, "/a.xml", iati()), upstream.url("/page")]
    urls = "".join(f"<url><loc> {loc} </loc></url>" for loc in locs)
    inner = put(upstream, "/s1.xml", f"<?xml version='1.0'?><urlset {namespace}>{urls}</urlset>")
    put(upstream, "/sitemap.xml", f"<sitemapindex><sitemap><loc>{inner}</loc></sitemap></sitemapindex>")
    assert names(source(upstream, "/sitemap.xml")) == ["a"]


def test_a_zip(upstream: FakeUpstream):
    """Each XML file in it that is IATI; hidden ones, folders and other files are left alone."""
    body = zipped(
        {
            "b/deux.xml": iati(2),
            "a.xml": iati(1),
            "__MACOSX/a.xml": iati(3),
            "b/.x.xml": iati(4),
            "../../etc/x.xml": iati(5),
            "codes.xml": b"<codelist/>",
            "lisez.txt": b"x",
        }
    )
    put(upstream, "/iati.zip", body)
    found = source(upstream, "/iati.zip")
    refs = listed(found)
    assert [ref.name for ref in refs] == ["a", "deux"]
    assert refs[1].id == f"{upstream.place}/iati.zip#b/deux.xml"
    assert found.draft(refs[1]).source_url == upstream.url("/iati.zip#b/deux.xml")


def test_further_addresses(upstream: FakeUpstream):
    second = put(upstream, "/b.xml", iati(2))
    put(upstream, "/a.xml", iati(1))
    assert names(source(upstream, "/a.xml", addresses=[second])) == ["a", "b"]


def test_a_file_without_a_reporting_organisation_belongs_to_its_site(upstream: FakeUpstream):
    put(upstream, "/a.xml", b'<iati-activities version="2.03"><iati-activity/></iati-activities>')
    found = source(upstream, "/a.xml")
    (ref,) = found.refs()
    assert found.draft(ref).publisher.id == f"site:{upstream.place}"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("http://Exemple.org/a.xml", "exemple.org/a.xml"),
        ("https://exemple.org/a.xml", "exemple.org/a.xml"),
        ("https://exemple.org:443/a.xml#top", "exemple.org/a.xml"),
        ("http://u:p@exemple.org:8080/a%20b.xml?x=1", "exemple.org:8080/a b.xml?x=1"),
    ],
)
def test_identities_outlive_the_move_to_https(url: str, identity: str):
    assert identity_of(url) == identity


def test_names():
    assert name_of("https://x.example/a/Projets%202025.xml.gz") == "Projets 2025"
    assert name_of("https://x.example/a.zip", "b/c.xml") == "c"
    assert name_of("https://x.example/") == "x.example"


# ---- what stays the same


def again(upstream: FakeUpstream, path: str) -> tuple[Urls, dict[str, Any]]:
    """A second run that remembers the first."""
    known = remembered(source(upstream, path))
    upstream.requests.clear()
    found = source(upstream, path)
    found.recall(known)
    return found, known


def test_a_file_that_is_the_same_is_not_read_again(upstream: FakeUpstream):
    put(upstream, "/list.txt", "\n".join(put(upstream, f"/{name}.xml", iati()) for name in "abc"))
    found, known = again(upstream, "/list.txt")
    refs = listed(found)
    assert {ref.id: ref.content for ref in refs} == {guid: one.content for guid, one in known.items()}
    assert [(method, path) for method, path, _ in upstream.requests] == [
        ("GET", "/list.txt"),
        ("HEAD", "/a.xml"),
        ("HEAD", "/b.xml"),
        ("HEAD", "/c.xml"),
    ]
    assert all(found.facts(ref) is None for ref in refs)


def test_a_zip_that_is_the_same_is_not_read_again(upstream: FakeUpstream):
    put(upstream, "/iati.zip", zipped({"a.xml": iati(1), "b.xml": iati(2)}))
    found, known = again(upstream, "/iati.zip")
    assert {ref.id for ref in found.refs()} == set(known)
    assert [method for method, _, _ in upstream.requests] == ["HEAD"]
    assert found.complete


def test_a_file_without_a_mark_is_compared_by_its_content(upstream: FakeUpstream):
    """Another time of making is no change."""
    put(upstream, "/a.xml", iati(), marked=False)
    found, known = again(upstream, "/a.xml")
    put(upstream, "/a.xml", iati().replace(b"2026-01-02T03", b"2026-01-09T03"), marked=False)
    (ref,) = found.refs()
    assert ref.content == known[ref.id].content


def test_another_mark_with_the_same_content_is_no_change_and_is_kept(upstream: FakeUpstream):
    put(upstream, "/a.xml", iati())
    found, known = again(upstream, "/a.xml")
    put(upstream, "/a.xml", iati().replace(b"2026-01-02T03", b"2026-01-09T03"))
    (ref,) = found.refs()
    assert ref.content == known[ref.id].content
    assert ref.mark != known[ref.id].mark


def test_a_changed_file_is_read(upstream: FakeUpstream):
    put(upstream, "/a.xml", iati())
    found, known = again(upstream, "/a.xml")
    put(upstream, "/a.xml", iati(7))
    (ref,) = found.refs()
    assert ref.content != known[ref.id].content
    assert found.facts(ref) is not None


def test_the_same_file_over_https_is_the_same_dataset_at_another_address(upstream: FakeUpstream):
    put(upstream, "/a.xml", iati())
    (ref,) = listed(source(upstream, "/a.xml"))
    other = Urls("https://" + upstream.place + "/a.xml", Http())
    assert identity_of(other._starts[0]) == ref.id


# ---- what is no file


@pytest.mark.parametrize(
    ("route", "said"),
    [
        (status(404, b"no"), "404"),
        (status(403, b"no"), "403"),
        (status(503, b"busy"), "503"),
        (status(429, b"", Retry_After="4000"), "4000"),
        (redirect("http://169.254.169.254/latest"), "169.254.169.254"),
        (redirect("http://[::1]:1/a.xml"), "not read"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<"), "stopped"),
        (raw(b"what\r\n\r\n"), "HTTP"),
        (status(200, b"<html><body>Rien</body></html>"), "no address"),
        (status(200, b"nothing at all here"), "no address"),
        (status(200, b"x" * 10, Content_Length=str(10**12)), "MB"),
        (dripping_body, "not finished"),
    ],
)
def test_a_start_that_cannot_be_read_ends_the_run(route: Any, said: str, upstream: FakeUpstream):
    upstream.routes["/iati/"] = route
    quick = Limits(seconds=1.0, silence=0.5, tries=1)
    with pytest.raises(SourceError) as caught:
        listed(source(upstream, "/iati/", limits=quick))
    assert said in str(caught.value)
    assert caught.value.sentence("fr") != str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<codelist/>",
        b"<html><a href='/c.xml'>sign in</a></html>",
        b"%PDF-1.7",
        b"PK\x03\x04 not a zip",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    ],
)
def test_a_chosen_file_that_is_none_is_reported(body: bytes, upstream: FakeUpstream):
    """The others are read; and nothing that it links to is."""
    first, second = put(upstream, "/a.xml", body), put(upstream, "/b.xml", iati())
    put(upstream, "/list.txt", f"{first}\n{second}\n")
    found = source(upstream, "/list.txt")
    bad, good = found.refs()
    assert good.name == "b"
    with pytest.raises(SourceError):
        found.draft(bad)
    assert found.complete
    assert "/c.xml" not in upstream.paths()


def test_a_known_file_that_is_away_stays_known(upstream: FakeUpstream):
    """It is reported, and not taken for a file that is gone."""
    put(upstream, "/list.txt", "\n".join(put(upstream, f"/{name}.xml", iati()) for name in "ab"))
    found, known = again(upstream, "/list.txt")
    upstream.routes["/a.xml"] = status(500)
    refs = listed(found)
    assert {ref.id for ref in refs} == set(known)
    assert found.complete
    with pytest.raises(SourceError, match="500"):
        found.draft(refs[0])


@pytest.mark.parametrize("broken", [status(500), status(200, b"PK\x03\x04 cut short")])
def test_a_known_zip_that_is_away_makes_the_listing_incomplete(broken: Any, upstream: FakeUpstream):
    zipfile = put(upstream, "/iati.zip", zipped({"a.xml": iati(1), "b.xml": iati(2)}))
    put(upstream, "/list.txt", f"{zipfile}\n{put(upstream, '/c.xml', iati(3))}\n")
    found, _ = again(upstream, "/list.txt")
    upstream.routes["/iati.zip"] = broken
    listed(found)
    assert not found.complete


def test_a_folder_that_is_away_makes_the_listing_incomplete(upstream: FakeUpstream):
    put(upstream, "/iati/", '<html><a href="2025/">x</a><a href="a.xml">a</a></html>')
    put(upstream, "/iati/a.xml", iati())
    found = source(upstream, "/iati/")
    assert listed(found)[0].name == "a"
    assert not found.complete


def test_a_damaged_member_does_not_spoil_the_others(upstream: FakeUpstream):
    body = bytearray(zipped({"a.xml": iati(1) * 1, "b.xml": iati(2)}))
    start = body.index(b"a.xml") + 5
    body[start : start + 30] = b"\xff" * 30
    put(upstream, "/iati.zip", bytes(body))
    found = source(upstream, "/iati.zip")
    refs = listed(found)
    assert [ref.name for ref in refs] == ["a", "b"]
    with pytest.raises(SourceInvalid, match="damaged"):
        found.draft(refs[0])
    assert found.draft(refs[1]).source_url.endswith("#b.xml")


def test_a_bomb_in_a_zip(upstream: FakeUpstream):
    bomb = b"<iati-activities>" + b" " * (40 * 1024 * 1024) + b"</iati-activities>"
    put(upstream, "/iati.zip", zipped({"a.xml": bomb, "b.xml": iati()}))
    found = source(upstream, "/iati.zip")
    refs = listed(found)
    with pytest.raises(SourceError, match="bomb"):
        found.draft(refs[0])
    assert refs[1].name == "b"


@pytest.mark.parametrize("count", [60_000, 3])
def test_a_zip_whose_directory_would_fill_the_memory(count: int, upstream: FakeUpstream):
    """Refused by what its end says, before its directory is read."""
    length = 9 * 1024 * 1024 if count == 3 else 100
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, length, 0, 0)
    put(upstream, "/iati.zip", b"PK\x03\x04" + b"\0" * 40 + end)
    found = source(upstream, "/iati.zip")
    (ref,) = found.refs()
    with pytest.raises(SourceInvalid, match="more than"):
        found.draft(ref)


def test_lists_that_lead_deeper_and_deeper_end(upstream: FakeUpstream):
    def deeper(handler: Any) -> None:
        handler.answer(200, b'<html><a href="x/">x</a></html>')

    upstream.fallback = deeper
    with pytest.raises(SourceRefused, match="levels"):
        listed(source(upstream, "/iati/"))
    assert len(upstream.requests) < 10


def test_lists_that_lead_in_circles_end(upstream: FakeUpstream):
    inside = f"<sitemapindex><sitemap><loc>{upstream.url('/s.xml')}</loc></sitemap></sitemapindex>"
    put(upstream, "/s.xml", inside)
    assert listed(source(upstream, "/s.xml")) == []
    assert len(upstream.requests) == 1


def test_too_many_files(upstream: FakeUpstream):
    put(upstream, "/list.txt", "\n".join(put(upstream, f"/{number}.xml", iati()) for number in range(5)))
    with pytest.raises(SourceRefused, match="more than 3 datasets"):
        listed(source(upstream, "/list.txt", max_datasets=3))


def test_a_list_as_large_as_a_file_is_refused(upstream: FakeUpstream):
    put(upstream, "/list.txt", "https://exemple.example/a.xml\n" * 700_000)
    with pytest.raises(SourceRefused, match="MB"):
        listed(source(upstream, "/list.txt"))


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset><loc>&#0;</loc><loc>javascript:x.xml</loc><loc>" + b"x" * 5000 + b".xml</loc></urlset>",
        b'<!DOCTYPE lolz [<!ENTITY lol "lol">]><urlset><loc>&lol;.xml</loc></urlset>',
        b"<html>" + b"<a href='" * 1000,
        b"<html><base href='http://169.254.169.254/'><a href='a.xml'></a></html>",
        "https://exemple.example/\u202ea.xml".encode(),
        b"\xff\xfeh\x00t\x00",
    ],
)
def test_hostile_lists_lead_nowhere_else(body: bytes):
    found = links(body, "https://exemple.example/iati/")
    assert all(url.startswith("https://exemple.example/") for url in (*found.files, *found.lists))
