"""The table of cases on a record with nothing else in it: rule id → what breaks it and what does not."""

from __future__ import annotations

ID = "<iati-identifier>GB-CHC-1-P1</iati-identifier>"
REPORTER = '<reporting-org ref="GB-CHC-1"/>'
SECTOR, DAC = '<sector code="1"/>', '<sector code="1" vocabulary="1"/>'


def _spaced(name: str, attribute: str, around: str = "{0}", extra: str = "") -> tuple[str, str]:
    element = f'<{name}{extra} {attribute}="{{0}}"><narrative>x</narrative></{name}>'
    return around.format(element.format(" A-B-1")), around.format(element.format("A-B-1"))


def _symbol(name: str, attribute: str, around: str = "{0}") -> tuple[str, str]:
    element = f'<{name} {attribute}="{{0}}"><narrative>x</narrative></{name}>'
    return around.format(element.format("A-B/1")), around.format(element.format("A-B-1"))


def _period(name: str, start: str, end: str) -> str:
    return f'<{name}><period-start iso-date="{start}"/><period-end iso-date="{end}"/></{name}>'


def _indicator(measure: int, inner: str) -> str:
    return f'<result><indicator measure="{measure}">{inner}</indicator></result>'


_IN_TRANSACTION = "<transaction>{0}</transaction>"
_IN_OTHER = '<other-identifier type="A1" ref="x">{0}</other-identifier>'
_REVERSED = ("2020-12-31", "2020-01-01")
_LONG = ("2020-01-01", "2022-01-01")
_YEAR = ("2020-01-01", "2020-12-31")

#: id → (failing, passing), inside <iati-activity>.
ACTIVITY: dict[str, tuple[str, str]] = {
    "1.1.3": ('<iati-identifier>A-B-1</iati-identifier><reporting-org ref="A-B-1"/>', ID + REPORTER),
    "1.1.21": ("<iati-identifier>GB-CHC-2-P1</iati-identifier>" + REPORTER, ID + REPORTER),
    "1.14.8": ('<reporting-org ref="XX-YYY-1"/>', REPORTER),
    "6.11.1": (
        '<activity-date type="3" iso-date="2020-01-01"/>',
        '<activity-date type="2" iso-date="2020-01-01"/>',
    ),
    "6.2.2": ("<transaction/>", "<transaction>" + SECTOR + "</transaction>"),
    "4.1.1": (
        "<title><narrative>x</narrative></title>",
        '<title><narrative xml:lang="fr">x</narrative></title>',
    ),
    "6.7.2": (f"<transaction>{SECTOR}</transaction><transaction/>", f"<transaction>{SECTOR}</transaction>"),
    "7.8.1": ("<budget><value>1</value></budget>", '<budget><value currency="EUR">1</value></budget>'),
    "11.1.2": (
        '<activity-date type="1" iso-date="2020-02-01"/><activity-date type="3" iso-date="2020-01-01"/>',
        '<activity-date type="1" iso-date="2020-02-01"/><activity-date type="3" iso-date="2020-02-01"/>',
    ),
    "11.1.3": (
        '<activity-date type="2" iso-date="2020-02-01"/><activity-date type="4" iso-date="2020-01-01"/>',
        '<activity-date type="2" iso-date="2020-02-01"/><activity-date type="4" iso-date="2020-03-01"/>',
    ),
    "11.1.4": (
        '<activity-date type="2" iso-date="2999-01-01"/>',
        '<activity-date type="1" iso-date="2999-01-01"/>',
    ),
    "11.1.5": (
        '<activity-date type="4" iso-date="2999-01-01"/>',
        '<activity-date type="4" iso-date="2020-01-01"/>',
    ),
    "11.2.1": (
        '<transaction><transaction-date iso-date="2999-01-01"/></transaction>',
        '<transaction><transaction-date iso-date="2020-01-01"/></transaction>',
    ),
    "11.2.2": (
        '<transaction><value value-date="2999-01-01"/></transaction>',
        '<transaction><value value-date="2020-01-01"/></transaction>',
    ),
    "1.3.13": ("<iati-identifier>A&amp;B</iati-identifier>", "<iati-identifier>A-B</iati-identifier>"),
    "1.14.13": ('<reporting-org ref="A|B"/>', '<reporting-org ref="A-B"/>'),
    "1.3.1": ("<iati-identifier>A-B \n</iati-identifier>", "<iati-identifier>A-B</iati-identifier>"),
    "1.14.1": _spaced("reporting-org", "ref"),
    "1.16.1": _spaced("other-identifier", "ref", extra=' type="B1"'),
    "1.6.1": _spaced("other-identifier", "ref", extra=' type="A3"'),
    "1.7.1": _spaced("related-activity", "ref"),
    "2.1.1": (f"{SECTOR}{SECTOR}", '<sector percentage="40"/><sector percentage="60"/>'),
    "2.1.2": (
        '<sector percentage="40"/><sector percentage="40"/>',
        '<sector percentage="33.3333"/><sector percentage="66.6667"/>',
    ),
    "2.1.4": ('<sector percentage="50"/>', '<sector percentage="100"/>'),
    "2.2.1": ('<sector vocabulary="99"/>', '<sector vocabulary="99"><narrative>x</narrative></sector>'),
    "3.1.1": ("<recipient-country/>" * 2, '<recipient-country percentage="50"/>' * 2),
    "3.1.2": ('<recipient-country percentage="40"/>' * 2, '<recipient-country percentage="50"/>' * 2),
    "3.1.4": ('<recipient-country percentage="50"/>', '<recipient-country percentage="100"/>'),
    "3.4.1": (
        '<recipient-region vocabulary="1"/>' * 2,
        '<recipient-region vocabulary="1" percentage="50"/>' * 2,
    ),
    "3.4.2": (
        '<recipient-region vocabulary="1" percentage="50"/><recipient-country percentage="40"/>',
        '<recipient-region vocabulary="1" percentage="50"/><recipient-country percentage="50"/>',
    ),
    "3.4.4": ('<recipient-region vocabulary="1" percentage="50"/>', '<recipient-region vocabulary="1"/>'),
    "3.6.2": (
        "<recipient-country/><transaction><recipient-country/></transaction>",
        "<recipient-country/><transaction/>",
    ),
    "3.7.1": ("<transaction/>", "<transaction><recipient-region/></transaction>"),
    "3.7.2": ("<transaction/>", "<recipient-country/><transaction/>"),
    "4.3.1": ("<title><narrative/></title>", "<title><narrative>x</narrative></title>"),
    "4.4.1": ("<description/>", "<description><narrative>x</narrative></description>"),
    "6.6.2": (f"{SECTOR}<transaction>{SECTOR}</transaction>", f"{SECTOR}<transaction/>"),
    "6.8.1": (_IN_OTHER.format("<owner-org/>"), _IN_OTHER.format('<owner-org ref="A"/>')),
    "6.9.1": (_IN_TRANSACTION.format("<provider-org/>"), _IN_TRANSACTION.format('<provider-org ref="A"/>')),
    "6.9.2": (
        "<planned-disbursement><receiver-org/></planned-disbursement>",
        "<planned-disbursement><receiver-org><narrative>x</narrative></receiver-org></planned-disbursement>",
    ),
    "6.10.1": ("<participating-org/>", "<participating-org><narrative>x</narrative></participating-org>"),
    "6.13.1": (
        '<policy-marker vocabulary="99"/>',
        '<policy-marker vocabulary="99"><narrative>x</narrative></policy-marker>',
    ),
    "6.14.1": ('<policy-marker vocabulary="1"/>', '<policy-marker significance="2"/>'),
    "7.5.3": (_period("budget", *_LONG), _period("budget", *_YEAR)),
    "7.9.1": (
        '<country-budget-items vocabulary="2"><budget-item/><budget-item/></country-budget-items>',
        '<country-budget-items vocabulary="2"><budget-item percentage="100"/><budget-item/></country-budget-items>',  # noqa: E501
    ),
    "7.9.2": (
        '<country-budget-items vocabulary="2">'
        + '<budget-item percentage="40"/>' * 2
        + "</country-budget-items>",
        '<country-budget-items vocabulary="2">'
        + '<budget-item percentage="50"/>' * 2
        + "</country-budget-items>",
    ),
    "7.9.4": (
        '<country-budget-items vocabulary="2"><budget-item percentage="40"/></country-budget-items>',
        '<country-budget-items vocabulary="2"><budget-item percentage="100.0"/></country-budget-items>',
    ),
    "8.6.1": (
        f"<result><indicator>{_period('period', *_REVERSED)}</indicator></result>",
        f"<result><indicator>{_period('period', *_YEAR)}</indicator></result>",
    ),
    "8.6.3": (_period("planned-disbursement", *_REVERSED), _period("planned-disbursement", *_YEAR)),
    "8.8.1": (_indicator(1, "<baseline/>"), _indicator(1, '<baseline value="0"/>')),
    "8.8.2": (_indicator(1, '<baseline value="ten"/>'), _indicator(1, '<baseline value="-10.5"/>')),
    "8.8.3": (_indicator(5, '<baseline value="1"/>'), _indicator(5, "<baseline/>")),
    "8.9.1": (
        _indicator(2, "<period><target/></period>"),
        _indicator(2, '<period><target value="1"/></period>'),
    ),
    "8.9.2": (
        _indicator(3, '<period><target value="1,5"/></period>'),
        _indicator(3, '<period><target value="1.5"/></period>'),
    ),
    "8.9.3": (
        _indicator(5, '<period><target value="1"/></period>'),
        _indicator(5, "<period><target/></period>"),
    ),
    "8.10.1": (
        _indicator(4, "<period><actual/></period>"),
        _indicator(4, '<period><actual value="1"/></period>'),
    ),
    "8.10.2": (
        _indicator(1, '<period><actual value="1e3"/></period>'),
        _indicator(1, '<period><actual value="1000"/></period>'),
    ),
    "8.10.3": (
        _indicator(5, '<period><actual value="1"/></period>'),
        _indicator(5, "<period><actual/></period>"),
    ),
    "8.11.1": (
        "<result><indicator><reference/></indicator><reference/></result>",
        "<result><indicator><reference/><reference/></indicator></result>",
    ),
    "1.8.13": _symbol("participating-org", "ref"),
    "1.8.1": _spaced("participating-org", "ref"),
    "1.9.1": _spaced("participating-org", "activity-id"),
    "1.10.13": _symbol("provider-org", "ref", _IN_TRANSACTION),
    "1.10.1": _spaced("provider-org", "ref", _IN_TRANSACTION),
    "1.4.1": _spaced("provider-org", "provider-activity-id", _IN_TRANSACTION),
    "1.15.13": _symbol("receiver-org", "ref", _IN_TRANSACTION),
    "1.15.1": _spaced("receiver-org", "ref", _IN_TRANSACTION),
    "1.5.1": _spaced("receiver-org", "receiver-activity-id", _IN_TRANSACTION),
    "1.11.13": _symbol("owner-org", "ref", _IN_OTHER),
    "1.11.1": _spaced("owner-org", "ref", _IN_OTHER),
    "12.1.1": ('<recipient-country percentage="101"/>', '<recipient-country percentage="100"/>'),
    "12.1.2": ('<recipient-region percentage="-1"/>', '<recipient-region percentage="0"/>'),
    "12.2.1": ('<capital-spend percentage="x"/>', '<capital-spend percentage="88.8"/>'),
    "12.2.2": ('<capital-spend percentage="-1"/>', '<capital-spend percentage="88.8"/>'),
    "12.3.1": ('<sector percentage="100.1"/>', '<sector percentage="0"/>'),
    "12.3.2": ('<sector percentage="-0.1"/>', '<sector percentage="0"/>'),
    "102.1.1": ('<sector vocabulary="2"/>', '<sector vocabulary="2"/><sector/>'),
    "107.1.1": ('<default-aid-type vocabulary="2"/>', "<default-aid-type/>"),
    "107.1.2": ("<default-aid-type/>" * 2, '<default-aid-type/><default-aid-type vocabulary="2"/>'),
    "107.2.1": (
        '<transaction><aid-type vocabulary="2"/></transaction>',
        "<transaction><aid-type/></transaction>",
    ),
    "107.2.2": (
        "<transaction>" + '<aid-type vocabulary="2"/>' * 2 + "</transaction>",
        '<transaction><aid-type vocabulary="2"/><aid-type vocabulary="3"/></transaction>',
    ),
}

#: Attributes of the record, where the rule is about them.
ATTRIBUTES: dict[str, tuple[str, str]] = {
    "11.1.1": (
        'last-updated-datetime="2999-01-01T00:00:00Z"',
        'last-updated-datetime="2020-01-01T00:00:00Z"',
    ),
    "11.4.1": (
        'last-updated-datetime="2999-01-01T00:00:00Z"',
        'last-updated-datetime="2020-01-01T00:00:00Z"',
    ),
}

_BUDGET = "recipient-country-budget"
_LINE = (
    f'<{_BUDGET}><period-start iso-date="2020-01-01"/><period-end iso-date="2020-12-31"/>'
    f'<budget-line><value value-date="{{0}}"/></budget-line></{_BUDGET}>'
)

#: id → (failing, passing), inside <iati-organisation>.
ORGANISATION: dict[str, tuple[str, str]] = {
    "1.18.8": ('<reporting-org ref="XX-YYY-1"/>', REPORTER),
    "1.12.13": (
        "<organisation-identifier>A?B</organisation-identifier>",
        "<organisation-identifier>A-B</organisation-identifier>",
    ),
    "1.12.1": (
        "<organisation-identifier> A-B</organisation-identifier>",
        "<organisation-identifier>A-B</organisation-identifier>",
    ),
    "1.18.13": _symbol("reporting-org", "ref"),
    "1.18.1": _spaced("reporting-org", "ref"),
    "1.17.1": _spaced("recipient-org", "ref", "<recipient-org-budget>{0}</recipient-org-budget>"),
    "4.5.1": ("<name><narrative>x</narrative></name>", '<name><narrative xml:lang="fr">x</narrative></name>'),
    "7.8.2": (
        "<total-budget><value>1</value></total-budget>",
        '<total-budget><value currency="EUR"/></total-budget>',
    ),
    "11.3.1": (_LINE.format("2021-06-01"), _LINE.format("2020-06-01")),
    "8.6.3": (_period("total-budget", *_REVERSED), _period("total-budget", *_YEAR)),
    "7.5.3": (_period("recipient-org-budget", *_LONG), _period("recipient-org-budget", *_YEAR)),
}


def _dates(*typed: tuple[str, str]) -> str:
    return "".join(f'<activity-date type="{kind}" iso-date="{day}"/>' for kind, day in typed)


def _spent(day: str, value: str) -> str:
    inner = f'<value value-date="{value}">1</value><transaction-date iso-date="{day}"/>'
    return f"<transaction>{inner}</transaction>"


def _measured(start: str, end: str) -> str:
    return f'<result type="1"><indicator measure="1">{_period("period", start, end)}</indicator></result>'


_OLD_REPORTER = '<reporting-org ref="GB-1" type="10">A</reporting-org>'
#: The present of the tests, and the day after it.
_TODAY, _TOMORROW = "2026-06-15", "2026-06-16"
#: 1.0x: codes are words, names and titles are plain texts. id → (failing, passing).
OLD: dict[str, tuple[list[str], list[str]]] = {
    "1.1.21": (
        [
            "<iati-identifier>GB-CHC-2-P1</iati-identifier>" + REPORTER,
            f"{_OLD_REPORTER}<iati-identifier>XX-2</iati-identifier>",
        ],
        [ID + REPORTER, f"{_OLD_REPORTER}<iati-identifier>GB-1-2</iati-identifier>"],
    ),
    "11.1.2": (
        [_dates(("start-planned", "2012-02-01"), ("end-planned", "2012-01-31"))],
        [
            _dates(("start-planned", "2012-02-01"), ("end-planned", "2012-02-01")),
            _dates(("start-planned", "2012-02-01")),
        ],
    ),
    "11.1.3": (
        [_dates(("start-actual", "2012-02-01"), ("end-actual", "2012-01-31"))],
        [
            _dates(("start-actual", "2012-02-01"), ("end-planned", "2012-01-31")),
            _dates(("end-actual", "2020-01-01")),
        ],
    ),
    "11.1.4": (
        [_dates(("start-actual", _TOMORROW)), _dates(("start-actual", "2999-01-01"))],
        [
            _dates(("start-actual", _TODAY), ("start-planned", _TOMORROW)),
            _dates(("start-planned", "2999-01-01")),
        ],
    ),
    "11.1.5": (
        [_dates(("end-actual", _TOMORROW)), _dates(("end-actual", "2999-01-01"))],
        [_dates(("end-actual", _TODAY), ("end-planned", _TOMORROW)), _dates(("end-actual", "2020-01-01"))],
    ),
    "11.2.1": (
        [_spent(_TOMORROW, _TODAY), ACTIVITY["11.2.1"][0]],
        [_spent(_TODAY, _TODAY), ACTIVITY["11.2.1"][1]],
    ),
    "11.2.2": (
        [_spent(_TODAY, _TOMORROW), ACTIVITY["11.2.2"][0]],
        [_spent(_TODAY, _TODAY), ACTIVITY["11.2.2"][1]],
    ),
    "8.6.3": (
        [_period("planned-disbursement", "2012-02-01", "2012-01-01"), ACTIVITY["8.6.3"][0]],
        [_period("planned-disbursement", "2012-02-01", "2012-02-01"), ACTIVITY["8.6.3"][1]],
    ),
    "8.6.1": (
        [_measured("2012-02-01", "2012-01-01"), ACTIVITY["8.6.1"][0]],
        [_measured("2012-01-01", "2012-02-01"), ACTIVITY["8.6.1"][1]],
    ),
}
