"""The table of cases for the rules of 2.0x: rule id → what breaks it, and what nearly does."""

from __future__ import annotations

from ckanext.ess.tests.unit.rule_changes import (
    ORG,
    ORGANISATION,
    SIGNS,
    Cases,
    aid,
    budget,
    budgets,
    countries,
    dates,
    default_aid,
    identifier,
    in_period,
    indicator,
    items,
    line,
    money,
    other,
    parties,
    period,
    regions,
    reporting,
    sectors,
    transaction,
)

TOMORROW, TODAY = "2026-06-16", "2026-06-15"
YEAR = ("2025-01-01", "2026-01-01")
LONGER = ("2025-01-01", "2026-01-02")
BACK = ("2025-06-01", "2025-05-31")
SAME = ("2025-06-01", "2025-06-01")
HERE = '<recipient-country code="SN"/>'
LOCAL = '<sector vocabulary="99" code="A"/>'
REGION = '<recipient-region vocabulary="1" code="298"/>'
NOTHING = {"recipient-country": "", "recipient-region": ""}
NO_REF = "<narrative>Asso</narrative>"
MARKED = '<policy-marker vocabulary="99" code="1"><narrative>n</narrative></policy-marker>'


def measured(element: str) -> dict[str, Cases]:
    """Cases of the three rules on the value of a baseline, target or actual value."""

    def at(attributes: str, measure: str = "1"):
        if element == "baseline":
            return indicator(f'<baseline year="2024" {attributes}/>', measure)
        return indicator(in_period(f"<{element} {attributes}/>"), measure)

    number = {"baseline": "8", "target": "9", "actual": "10"}[element]
    return {
        f"8.{number}.1": Cases([at(""), at("", "2")], [at('value="3"'), at("", "5")]),
        f"8.{number}.2": Cases(
            [at('value="beaucoup"'), at('value="50%"'), at('value="1 000"')],
            [at('value="3"'), at('value="-2.5"'), at('value="0"')],
        ),
        f"8.{number}.3": Cases([at('value="3"', "5"), at('value="0"', "5")], [at("", "5"), at('value="3"')]),
    }


TABLE: dict[str, Cases] = {
    "1.1.3": Cases([identifier(ORG)], [{}]),
    "1.1.21": Cases(
        [identifier("XM-OLD-1-P1"), identifier(f"{ORG}P1"), identifier(f"x{ORG}-P1")],
        [{}, {**identifier("XM-OLD-1-P1"), **other("B1", "XM-OLD-1")}],
    ),
    "1.14.8": Cases([reporting("ZZ-NOPE-1"), reporting("1")], [{}, reporting("GB-CHC-202918")]),
    "6.11.1": Cases([dates(("3", "2025-01-01")), {"activity-date": ""}], [dates(("1", "2025-01-01")), {}]),
    "6.2.2": Cases([{"sector": ""}], [{"sector": "", "transaction": transaction('<sector code="14030"/>')}]),
    "4.1.1": Cases(
        [{"@xml:lang": None}],
        [
            {
                "@xml:lang": None,
                "title": '<title><narrative xml:lang="fr">a</narrative></title>',
                "description": '<description><narrative xml:lang="fr">a</narrative></description>',
                "reporting-org": f'<reporting-org ref="{ORG}" type="22"/>',
            }
        ],
    ),
    "6.7.2": Cases(
        [{"sector": "", "transaction": transaction('<sector code="14030"/>') + transaction()}],
        [{"sector": "", "transaction": transaction('<sector code="14030"/>') * 2}],
    ),
    "7.8.1": Cases(
        [{"@default-currency": None, "budget": budget()}],
        [
            {
                "@default-currency": None,
                "budget": budget(value='<value currency="EUR" value-date="2025-01-01">1</value>'),
            }
        ],
    ),
    "11.1.1": Cases(
        [
            {"@last-updated-datetime": f"{TOMORROW}T12:00:00Z"},
            {"@last-updated-datetime": "9999-12-31T00:00:00Z"},
        ],
        [{"@last-updated-datetime": f"{TODAY}T00:00:00Z"}, {"@last-updated-datetime": None}],
    ),
    "11.1.2": Cases(
        [dates(("1", "2025-02-01"), ("3", "2025-01-31"))],
        [dates(("1", "2025-02-01"), ("3", "2025-02-01")), dates(("3", "2025-01-31"), ("2", "2025-02-01"))],
    ),
    "11.1.3": Cases(
        [dates(("2", "2025-02-01"), ("4", "2025-01-31"))],
        [dates(("2", "2025-02-01"), ("4", "2025-02-01")), dates(("2", "2025-02-01"), ("4", "2025-02-30"))],
    ),
    "11.1.4": Cases([dates(("2", TOMORROW))], [dates(("2", TODAY)), dates(("1", TOMORROW))]),
    "11.1.5": Cases([dates(("4", TOMORROW))], [dates(("4", TODAY)), dates(("3", TOMORROW))]),
    "11.2.1": Cases([{"transaction": transaction(day=TOMORROW)}], [{"transaction": transaction(day=TODAY)}]),
    "11.2.2": Cases(
        [{"transaction": transaction(value_date=TOMORROW)}], [{"transaction": transaction(value_date=TODAY)}]
    ),
    "1.3.13": Cases([identifier(f"{ORG}-{sign}") for sign in SIGNS], [identifier(f"{ORG}-a:b.c_d")]),
    "1.14.13": Cases([reporting(f"XM-{sign}") for sign in SIGNS], [reporting("XM-A:B")]),
    "1.3.1": Cases(
        [identifier(f" {ORG}-P1"), identifier(f"{ORG}-P1\n"), identifier(f"\t{ORG}-P1")],
        [identifier(f"{ORG}-P 1")],
    ),
    "1.14.1": Cases([reporting(f"{ORG} "), reporting(f" {ORG}")], [{}]),
    "1.16.1": Cases([other("B1", "XM-1 ")], [other("B1", "XM-1"), other("A3", "XM-1 ")]),
    "1.6.1": Cases([other("A3", " 12")], [other("A3", "12"), other("A1", " 12")]),
    "1.7.1": Cases(
        [{"related-activity": '<related-activity ref="X-1 " type="1"/>'}],
        [{"related-activity": '<related-activity ref="X-1" type="1"/>'}],
    ),
    "2.1.1": Cases(
        [sectors("50", None), sectors("50", None, vocabulary="2")],
        [sectors("50", "50"), sectors(None), sectors("60", "40", vocabulary="2")],
    ),
    "2.1.2": Cases(
        [sectors("50", "40"), sectors("50", "50.01"), sectors("99.9", "0.0")],
        [sectors("50", "50"), sectors("33.33", "33.33", "33.34"), sectors("100"), sectors(None)],
    ),
    "2.1.4": Cases(
        [sectors("50"), sectors("50", vocabulary="2")], [sectors("100"), sectors("100.0"), sectors(None)]
    ),
    "2.2.1": Cases(
        [{"sector": LOCAL}, {"sector": LOCAL.replace("99", "98")}],
        [{"sector": LOCAL.replace("/>", "><narrative>Puits</narrative></sector>")}, {}],
    ),
    "102.1.1": Cases(
        [{"sector": '<sector vocabulary="2" code="140"/>'}, {"sector": LOCAL}],
        [{"sector": '<sector vocabulary="2" code="140"/><sector code="14030"/>'}],
    ),
    "3.4.1": Cases([regions("50", None)], [regions("50", "50"), regions(None)]),
    "3.4.4": Cases([regions("50")], [regions("100"), regions(None), regions("50", country=HERE)]),
    "3.4.2": Cases(
        [regions("50", country='<recipient-country code="SN" percentage="40"/>'), regions("60", "50")],
        [regions("60", country='<recipient-country code="SN" percentage="40"/>'), regions("60", "40")],
    ),
    "3.1.1": Cases([countries("50", None)], [countries("50", "50"), countries(None)]),
    "3.1.2": Cases([countries("50", "40"), countries("70", "40")], [countries("50", "50"), countries("30")]),
    "3.1.4": Cases([countries("50"), countries("0")], [countries("100"), countries(None)]),
    "7.9.1": Cases([items(None, None)], [items("50", "50"), items("50", None), items(None)]),
    "7.9.2": Cases([items("50", "40")], [items("50", "50"), items("40")]),
    "7.9.4": Cases([items("50")], [items("100"), items(None)]),
    "107.1.1": Cases([default_aid("2")], [default_aid("2", "1"), default_aid("1"), {}]),
    "107.1.2": Cases(
        [default_aid("1", "1"), default_aid("2", "2")], [default_aid("1", "2"), default_aid("1")]
    ),
    "107.2.1": Cases(
        [{"transaction": transaction(aid("2"))}], [{"transaction": transaction(aid("2", "1"))}, {}]
    ),
    "107.2.2": Cases(
        [{"transaction": transaction(aid("1", "1"))}, {"transaction": transaction(aid("2", "2"))}],
        [{"transaction": transaction(aid("1", "2"))}, {"transaction": transaction(aid("1")) * 2}],
    ),
    "12.1.1": Cases(
        [countries("100.1"), countries("-1"), regions("120")], [countries("100"), countries("0")]
    ),
    "12.1.2": Cases([countries("-1"), regions("-0.5")], [countries("0"), regions("0")]),
    "12.2.1": Cases(
        [{"capital-spend": '<capital-spend percentage="101"/>'}, items("150", "-50"), items("-1")],
        [{"capital-spend": '<capital-spend percentage="100"/>'}, items("0", "100")],
    ),
    "12.2.2": Cases(
        [{"capital-spend": '<capital-spend percentage="-1"/>'}, items("-50")],
        [{"capital-spend": '<capital-spend percentage="0"/>'}, items("0")],
    ),
    "12.3.1": Cases([sectors("101"), sectors("150", "-50")], [sectors("100"), sectors("0", "100")]),
    "12.3.2": Cases([sectors("-1"), sectors("150", "-50")], [sectors("0", "100")]),
    "6.6.2": Cases(
        [{"transaction": transaction('<sector code="14030"/>')}], [{"transaction": transaction()}]
    ),
    "3.6.2": Cases(
        [
            {"transaction": transaction(HERE)},
            {"transaction": transaction(REGION)},
            {**regions(None), "transaction": transaction(HERE)},
        ],
        [{"transaction": transaction()}, {**NOTHING, "transaction": transaction(HERE)}],
    ),
    "3.7.1": Cases(
        [NOTHING, {**NOTHING, "transaction": transaction()}],
        [{}, {**NOTHING, "transaction": transaction(HERE)}, {**NOTHING, "transaction": transaction(REGION)}],
    ),
    "3.7.2": Cases(
        [{**NOTHING, "transaction": transaction(HERE) + transaction()}],
        [{**NOTHING, "transaction": transaction(HERE) + transaction(REGION)}, {"transaction": transaction()}],
    ),
    "6.8.1": Cases(
        [other("A1", "1", "<owner-org/>")],
        [other("A1", "1", '<owner-org ref="X"/>'), other("A1", "1", f"<owner-org>{NO_REF}</owner-org>")],
    ),
    "1.11.1": Cases([other("A1", "1", '<owner-org ref=" X"/>')], [other("A1", "1", '<owner-org ref="X"/>')]),
    "1.11.13": Cases(
        [other("A1", "1", f'<owner-org ref="X-{sign}"/>') for sign in SIGNS],
        [other("A1", "1", '<owner-org ref="X:1"/>')],
    ),
    "6.9.1": Cases(parties("provider-org", ""), parties("provider-org", "", NO_REF)),
    "1.10.1": Cases(parties("provider-org", 'ref="X "'), parties("provider-org", 'ref="X"')),
    "1.10.13": Cases(parties("provider-org", 'ref="X/1"'), parties("provider-org", 'ref="X-1"')),
    "1.4.1": Cases(
        parties("provider-org", 'ref="X" provider-activity-id="X-1 "'),
        parties("provider-org", 'ref="X" provider-activity-id="X-1"'),
    ),
    "6.9.2": Cases(parties("receiver-org", ""), parties("receiver-org", 'ref="X"')),
    "1.15.1": Cases(parties("receiver-org", 'ref=" X"'), parties("receiver-org", 'ref="X"')),
    "1.15.13": Cases(parties("receiver-org", 'ref="X?1"'), parties("receiver-org", 'ref="X-1"')),
    "1.5.1": Cases(
        parties("receiver-org", 'ref="X" receiver-activity-id=" X-1"'),
        parties("receiver-org", 'ref="X" receiver-activity-id="X-1"'),
    ),
    "6.14.1": Cases(
        [
            {"policy-marker": '<policy-marker code="1"/>'},
            {"policy-marker": '<policy-marker vocabulary="1" code="1"/>'},
        ],
        [
            {"policy-marker": '<policy-marker code="1" significance="0"/>'},
            {"policy-marker": MARKED},
        ],
    ),
    "6.13.1": Cases(
        [{"policy-marker": '<policy-marker vocabulary="99" code="1"/>'}],
        [{"policy-marker": MARKED}],
    ),
    "6.10.1": Cases(
        [{"participating-org": '<participating-org role="4"/>'}],
        [{}, {"participating-org": f'<participating-org role="4">{NO_REF}</participating-org>'}],
    ),
    "1.8.1": Cases(
        [{"participating-org": '<participating-org role="4" ref="X "/>'}],
        [{"participating-org": '<participating-org role="4" ref="X"/>'}],
    ),
    "1.8.13": Cases(
        [{"participating-org": f'<participating-org role="4" ref="X-{sign}"/>'} for sign in SIGNS],
        [{"participating-org": '<participating-org role="4" ref="X-1"/>'}],
    ),
    "1.9.1": Cases(
        [{"participating-org": '<participating-org role="4" ref="X" activity-id="X-1 "/>'}],
        [{"participating-org": '<participating-org role="4" ref="X" activity-id="X-1"/>'}],
    ),
    "8.6.3": Cases(
        [{"planned-disbursement": money("planned-disbursement", *BACK)}, {"budget": budget(*BACK)}],
        [{"planned-disbursement": money("planned-disbursement", *SAME)}, {"budget": budget(*SAME)}],
    ),
    "7.5.3": Cases(
        [{"budget": budget(*LONGER)}],
        [{"budget": budget(*YEAR)}, {"budget": budget("2024-01-01", "2024-12-31")}],
    ),
    "8.11.1": Cases(
        [indicator('<reference vocabulary="1" code="x"/>', reference='<reference vocabulary="1" code="x"/>')],
        [
            indicator('<reference vocabulary="1" code="x"/>'),
            indicator("", reference='<reference vocabulary="1" code="x"/>'),
        ],
    ),
    "8.6.1": Cases(
        [indicator(f"<period>{period(*BACK)}</period>")], [indicator(f"<period>{period(*SAME)}</period>")]
    ),
    **measured("baseline"),
    **measured("target"),
    **measured("actual"),
    "4.3.1": Cases(
        [{"title": "<title/>"}, {"title": "<title><narrative/></title>"}],
        [{}, {"title": "<title><narrative/><narrative xml:lang='en'>a</narrative></title>"}],
    ),
    "4.4.1": Cases(
        [{"description": "<description/>"}, {"description": "<description><narrative/></description>"}],
        [{}, {"description": "<description><narrative>x</narrative></description>"}],
    ),
    "1.18.8": Cases([reporting("ZZ-NOPE-1")], [{}], ORGANISATION),
    "1.18.1": Cases([reporting(f"{ORG} ")], [{}], ORGANISATION),
    "1.18.13": Cases([reporting(f"XM-{sign}") for sign in SIGNS], [reporting("XM-1")], ORGANISATION),
    "1.12.1": Cases(
        [{"organisation-identifier": f"<organisation-identifier> {ORG}</organisation-identifier>"}],
        [{}],
        ORGANISATION,
    ),
    "1.12.13": Cases(
        [
            {"organisation-identifier": f"<organisation-identifier>X-{s}</organisation-identifier>"}
            for s in SIGNS
        ],
        [{}],
        ORGANISATION,
    ),
    "1.17.1": Cases(
        [
            {
                "recipient-org-budget": money(
                    "recipient-org-budget",
                    *SAME,
                    '<recipient-org ref="X "><narrative>n</narrative></recipient-org>',
                )
            }
        ],
        budgets(*SAME, "recipient-org-budget"),
        ORGANISATION,
    ),
    "11.4.1": Cases(
        [{"@last-updated-datetime": f"{TOMORROW}T12:00:00Z"}],
        [{"@last-updated-datetime": f"{TODAY}T00:00:00Z"}],
        ORGANISATION,
    ),
    "4.5.1": Cases(
        [{"@xml:lang": None}],
        [
            {
                "@xml:lang": None,
                "name": '<name><narrative xml:lang="fr">a</narrative></name>',
                "reporting-org": f'<reporting-org ref="{ORG}" type="22"/>',
            }
        ],
        ORGANISATION,
    ),
    "7.8.2": Cases(
        [{"@default-currency": None, **budgets(*SAME, "total-budget")[0]}],
        [{"@default-currency": None}],
        ORGANISATION,
    ),
    "11.3.1": Cases(
        [line("2024-12-31"), line("2026-01-01")], [line("2025-01-01"), line("2025-12-31")], ORGANISATION
    ),
}

#: Rules that look at organisations too.
ORGANISATIONS: dict[str, Cases] = {
    "8.6.3": Cases(budgets(*BACK), budgets(*SAME), ORGANISATION),
    "7.5.3": Cases(budgets(*LONGER), budgets(*YEAR), ORGANISATION),
}
#: 2.03 alone: the element or the rule is not there before.
LATEST_ORGANISATIONS: dict[str, Cases] = {
    "8.6.3": Cases(budgets(*BACK, "total-expenditure"), budgets(*SAME, "total-expenditure"), ORGANISATION),
    "7.5.3": Cases(budgets(*LONGER, "total-expenditure"), budgets(*YEAR, "total-expenditure"), ORGANISATION),
}
#: What the official validator never reports, because of its defects: rule → numbers of the cases.
RIGHT_ONLY: dict[str, set[int]] = {"3.7.1": {0, 1}}
