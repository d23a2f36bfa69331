"""Files of many different activities: words, codes and amounts as unevenly spread as in real ones.

Each activity is about 3 kB, in French and English; the same number always gives the same activity. Few codes
and words are frequent, most are rare, as one sees in real catalogues.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from string import Template

from ckanext.ess.iati.standard.codelists import codelist

#: Activities in a file of one publisher's dataset.
PER_FILE = 300
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "ou")]
_WORDS = """water wells school clinic women youth rights farmers training market energy forest
seeds roads health eau puits école santé femmes jeunes droits paysans
formation marché énergie forêt semences pistes soins"""


class _Uneven:
    """Draws from a list so that the first come far more often than the last."""

    def __init__(self, values: list[str], steepness: float = 1.0) -> None:
        self._values = values
        self._weights = list(accumulate(1 / (rank + 2) ** steepness for rank in range(len(values))))

    def one(self, chance: random.Random) -> str:
        return chance.choices(self._values, cum_weights=self._weights)[0]

    def some(self, chance: random.Random, number: int) -> list[str]:
        return list(dict.fromkeys(chance.choices(self._values, cum_weights=self._weights, k=number)))


def _active(name: str) -> list[str]:
    codes = [code.code for code in codelist(name).active()]
    random.Random(name).shuffle(codes)
    return codes


def _vocabulary(size: int = 20_000) -> list[str]:
    chance = random.Random("words")
    made = ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(size))
    return list(dict.fromkeys([*_WORDS.split(), *made]))


class Shapes:
    """The lists that activities are drawn from."""

    def __init__(self) -> None:
        self.words = _Uneven(_vocabulary())
        self.countries = _Uneven(_active("Country"))
        self.sectors = _Uneven(_active("Sector"))
        self.currencies = _Uneven(["EUR", "USD", "XOF", "GBP", "CHF", "CAD", "MAD", "JPY"], 1.5)
        self.organisations = _Uneven([f"XM-TEST-{number}" for number in range(60_000)], 0.9)
        self.aid = _Uneven(_active("AidType"))

    def sentence(self, chance: random.Random, words: int) -> str:
        """Some words."""
        return " ".join(self.words.some(chance, words))


def files(target: Path, activities: int, per_file: int = PER_FILE) -> Iterator[tuple[Path, int]]:
    """Write files into a folder, one at a time; yield each with how many activities it has.

    The same file is written anew each time, so that a million activities need no disk.
    """
    shapes = Shapes()
    for number, first in enumerate(range(0, activities, per_file)):
        count = min(per_file, activities - first)
        path = target / f"{number % 4}.xml"
        with path.open("w", encoding="utf-8") as stream:
            stream.write('<iati-activities version="2.03" generated-datetime="2026-01-01T00:00:00Z">\n')
            for one in range(first, first + count):
                stream.write(activity(shapes, number, one))
            stream.write("</iati-activities>\n")
        yield path, count


def activity(shapes: Shapes, publisher: int, number: int) -> str:
    """One activity as XML."""
    chance = random.Random(number)
    year = chance.randint(2008, 2026)
    countries = shapes.countries.some(chance, chance.choice((1, 1, 1, 2, 3)))
    sectors = shapes.sectors.some(chance, chance.choice((1, 1, 2, 3)))
    funder, *partners = (shapes.organisations.one(chance) for _ in range(3))
    return _ACTIVITY.substitute(
        number=number,
        publisher=publisher,
        ref=f"FR-RCS-{100_000_000 + publisher}",
        currency=shapes.currencies.one(chance),
        humanitarian=chance.choice("1000000000"),
        updated=chance.randint(2018, 2026),
        type=chance.choice((21, 22, 23, 24)),
        status=chance.choice((1, 2, 2, 2, 3, 4)),
        title_fr=shapes.sentence(chance, 7),
        title_en=shapes.sentence(chance, 7),
        text_fr=shapes.sentence(chance, 45),
        text_en=shapes.sentence(chance, 45),
        place=shapes.sentence(chance, 1),
        point=f"{chance.uniform(-35, 37):.4f} {chance.uniform(-17, 50):.4f}",
        year=year,
        end=year + 3,
        month=chance.randint(1, 9),
        goal=chance.randint(1, 17),
        marker=chance.randint(1, 9),
        aid=shapes.aid.one(chance),
        budget=int(10 ** chance.uniform(3, 7)),
        parties=_parties("1", funder) + "".join(_parties("4", one) for one in partners),
        countries=_shared("recipient-country", countries),
        sectors=_shared('sector vocabulary="1"', sectors),
        transactions="".join(_transaction(chance, kind, year) for kind in "2334"),
    )


def _parties(role: str, ref: str) -> str:
    name = f"<narrative>Organisation {ref[8:]}</narrative>"
    return f'<participating-org ref="{ref}" role="{role}" type="22">{name}</participating-org>\n'


def _shared(element: str, codes: list[str]) -> str:
    shares = [100 // len(codes)] * len(codes)
    shares[0] += 100 - sum(shares)
    return "".join(
        f'<{element} code="{code}" percentage="{share}"/>\n'
        for code, share in zip(codes, shares, strict=True)
    )


def _transaction(chance: random.Random, kind: str, year: int) -> str:
    day = f"{min(year + chance.randint(0, 3), 2026)}-0{chance.randint(1, 9)}-10"
    value = f'<value value-date="{day}">{10 ** chance.uniform(2, 6):.2f}</value>'
    dated = f'<transaction-date iso-date="{day}"/>{value}'
    return f'<transaction><transaction-type code="{kind}"/>{dated}</transaction>\n'


_ACTIVITY = Template("""<iati-activity default-currency="$currency" hierarchy="1" xml:lang="fr"
 humanitarian="$humanitarian" last-updated-datetime="$updated-05-01T00:00:00Z">
<iati-identifier>$ref-$number</iati-identifier>
<reporting-org ref="$ref" type="$type"><narrative>Association $publisher</narrative></reporting-org>
<title><narrative>$title_fr</narrative><narrative xml:lang="en">$title_en</narrative></title>
<description type="1"><narrative>$text_fr</narrative>
<narrative xml:lang="en">$text_en</narrative></description>
$parties<activity-status code="$status"/>
<activity-date type="2" iso-date="$year-0$month-01"/><activity-date type="3" iso-date="$end-12-31"/>
<contact-info><email>contact@example.org</email></contact-info>
$countries<location><name><narrative>$place</narrative></name>
<point srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><pos>$point</pos></point></location>
$sectors<tag vocabulary="2" code="$goal"/><policy-marker vocabulary="1" code="$marker" significance="1"/>
<default-aid-type code="$aid"/>
<budget><period-start iso-date="$year-01-01"/><period-end iso-date="$year-12-31"/>
<value value-date="$year-01-01">$budget</value></budget>
$transactions<document-link url="https://example.org/$number.pdf" format="application/pdf">
<title><narrative>Rapport</narrative></title><category code="B01"/></document-link>
</iati-activity>
""")
