"""How the official validator reads what is written oddly: facts, found by running it on each of these files.

``official`` is what it finds on a file of one activity with the change, ``ours`` what we find by default.
"""

from __future__ import annotations

from typing import NamedTuple

from ckanext.ess.tests.unit.rule_changes import (
    ACTIVITY,
    ORGANISATION,
    Change,
    budget,
    identifier,
    in_period,
    indicator,
    line,
    reporting,
)

TRANSACTIONS = (
    '<note/><transaction><transaction-type code="ZZ"/></transaction><transaction/>'
    '<Transaction><transaction-type code="3"/><provider-org/></Transaction>'
)
TITLE_IN_BLANKS = "<title><![CDATA[ ]]><narrative>Des puits</narrative></title>"
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
DOCTYPE = "<!DOCTYPE iati-activities [<!ENTITY a 'b'>]>"
FOREIGN = '<f:note xmlns:f="urn:example:foreign"/>'


class Odd(NamedTuple):
    """A change to a record that breaks no rule, or a text around ``{record}``, and what each mode finds."""

    change: Change
    official: str = ""
    ours: str = ""
    version: str = "2.03"
    record: Change = ACTIVITY
    around: str = "{root}{record}{end}"


def ended(day: str) -> Change:
    """An activity that began in 2025 and ended on a day: 11.1.3 where the day is read as an earlier one."""
    text = f'<activity-date type="2" iso-date="2025-01-01"/><activity-date type="4" iso-date="{day}"/>'
    return {"activity-date": text}


def _spent(inner: str, vocabulary: str = ' vocabulary="1"') -> Change:
    return {"country-budget-items": f"<country-budget-items{vocabulary}>{inner}</country-budget-items>"}


CHANNEL: Change = {"result": '<crs-add><channel-code x="1">21016</channel-code></crs-add>'}
#: Read as a day before 2025 by the official validator.
EARLY_DATES = (
    *("2019", "2019-02", "2019-02-30", "2019-1-1", "2019/01/01", "01/02/2019", "1 May 2019", "Jan 1, 2019"),
    *("2019-01-01 12:00", "2019-001", "1-Jan-19", "2019.01.01", "2019-01-01 (about)", "0", "1", "12/31/19"),
    *("2019-12-31T24:00:00Z", "2019-01-01 GMT+2"),
)
#: Taken for no date, so that no rule speaks of it.
NO_DATES = (
    *("", "2019-13-01", "31/12/2019", "2019-01-32", "2019-01-01+02:00", "20190101", "soon", "2019-01-01T"),
    *("2019-01-01T25:00", "31 décembre 2019", "5 mai 2019", "2019\u201301\u201301", "12:00", "20190101T"),
)

TABLE: dict[str, Odd] = {
    "a title with a capital": Odd({"title": "<Title><narrative/></Title>"}, "0.3.1 4.3.1", "0.3.1"),
    "a transaction with a capital among others": Odd(
        {"transaction": TRANSACTIONS}, "0.3.1 6.9.1 9.93.1", "0.3.1 9.93.1"
    ),
    "an attribute with a capital": Odd(
        {"activity-date": '<activity-date Type="2" iso-date="2025-01-01"/>'}, "0.3.1", "0.3.1 6.11.1"
    ),
    "an empty CDATA section": Odd(
        {"title": "<title><narrative><![CDATA[]]></narrative></title>"}, "4.3.1", "4.3.1"
    ),
    "blanks in a CDATA section": Odd({"title": TITLE_IN_BLANKS}, "0.3.1", ""),
    "a blank narrative": Odd({"title": "<title><narrative> </narrative></title>"}),
    "a comment for a narrative": Odd(
        {"title": "<title><narrative><!-- title --></narrative></title>"}, "4.3.1", "4.3.1"
    ),
    "U+0085 after an identifier": Odd(identifier("FR-RCS-130025265-P1\x85")),
    "U+0085 after an identifier, encoding declared": Odd(
        identifier("FR-RCS-130025265-P1\x85"), "1.3.1", "", around=DECLARED + "{root}{record}{end}"
    ),
    "a byte-order mark after an identifier": Odd(identifier("FR-RCS-130025265-P1\ufeff"), "1.3.1", "1.3.1"),
    "an undeclared prefix": Odd({"related-activity": "<x:note/>"}, "0.3.1", "0.1.1"),
    "a namespace with a blank": Odd({"related-activity": '<x:note xmlns:x="urn:a b"/>'}),
    "a text before the activity": Odd({}, "0.3.1", "0.3.1", around="{root}text{record}{end}"),
    "a text after the activity": Odd({}, "", "0.3.1", around="{root}{record}text{end}"),
    "an element after the activity": Odd({}, "", "0.3.1", around="{root}{record}<note/>{end}"),
    "a foreign element before": Odd({}, "0.3.1", "0.3.1", around="{root}" + FOREIGN + "{record}{end}"),
    "a foreign element after": Odd({}, around="{root}{record}" + FOREIGN + "{end}"),
    "a document type": Odd({}, "", "0.1.1", around=DOCTYPE + "{root}{record}{end}"),
    "a namespace on the root": Odd(
        {}, "0.6.1", "0.2.1", around='<iati-activities xmlns="urn:x" version="2.03">{record}{end}'
    ),
    "another root": Odd({}, "0.2.1", "0.1.1", around="<html><body/></html>"),
    "a version with blanks": Odd({}, "0.6.1", version=" 2.03"),
    "an attribute on a channel code": Odd(CHANNEL, "0.3.1 9.16.1", "0.3.1"),
    "an unknown budget item of 2.02": Odd(
        _spent('<budget-item code="zz"/>'), "9.14.1", "9.14.1 ess.withdrawn-code", "2.02"
    ),
    "a value with a point at its end": Odd(indicator(in_period('<actual value="5."/>')), "8.10.2"),
    "a value with an exponent": Odd(indicator(in_period('<actual value="1e3"/>')), "8.10.2", "8.10.2"),
    "a value with a no-break space": Odd(indicator(in_period('<actual value="&#160;10"/>')), "", "8.10.2"),
    "a missing value": Odd(indicator(in_period("<actual/>")), "8.10.1 8.10.2", "8.10.1"),
    "a year of a budget in days": Odd({"budget": budget("2024-01-01", "2024-12-31")}),
    "a register that nobody knows": Odd(reporting("XX-YYY-1") | identifier("XX-YYY-1-P"), "1.14.8", "1.14.8"),
    "a government": Odd(reporting("US-GOV-1") | identifier("US-GOV-1-P"), "1.14.8"),
    "a line after its budget": Odd(line("2026-01-01"), "11.3.1", "11.3.1", record=ORGANISATION),
}
