"""For the tests of validation: an empty portal, files, and verdicts on them as a worker would write them."""

from __future__ import annotations

import io
from datetime import datetime, timezone
from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.ess.iati.validate.formats.rules import plain
from ckanext.ess.iati.validate.options import Options
from ckanext.ess.iati.validate.rollup import Rollup
from ckanext.ess.iati.validate.run import examine
from ckanext.ess.iati.validate.verdict import verdict
from ckanext.ess.store import claims, verdicts

ACTIVITY = """<iati-activity xml:lang="fr" default-currency="EUR"
 humanitarian="0" last-updated-datetime="{now}">
<iati-identifier>FR-RCS-732829320-{number}</iati-identifier>
<reporting-org ref="FR-RCS-732829320" type="21"><narrative>Des puits</narrative></reporting-org>
<title><narrative>Puits {number}</narrative></title>
<description><narrative>Des puits pour les villages du fleuve, projet {number}.</narrative></description>
<participating-org ref="FR-RCS-732829320" role="4" type="21"><narrative>Puits</narrative></participating-org>
<activity-status code="2"/>
<activity-date type="2" iso-date="2024-01-15"/>
<contact-info><email>puits@example.org</email></contact-info>
<recipient-country code="SN"/>
<sector vocabulary="1" code="14030"/>
<collaboration-type code="1"/>{more}
</iati-activity>
"""


def iati(*more: str) -> bytes:
    """An IATI file with an activity for each text, which stands inside it."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT00:00:00Z")
    body = "".join(
        ACTIVITY.format(number=number, more=text, now=now) for number, text in enumerate(more or ("",), 1)
    )
    return f'<iati-activities version="2.03">\n{body}</iati-activities>\n'.encode()


def act(action: str, user: str = "", **parameters: Any) -> Any:
    """Call an action as somebody; as nobody without a name."""
    return tk.get_action(action)({"user": user}, parameters)


def judge(resource_id: str, content: bytes) -> str:
    """Give a resource the verdict on a content, through a claim; return the run's identifier."""
    claims.ask(model.Resource.id == resource_id, reason=claims.ASKED)
    model.Session.commit()
    (claimed,) = claims.claim(1, "test", [resource_id])
    assert claims.begin(claimed)
    rollup = Rollup()
    report = examine(io.BytesIO(content), Options(), observer=rollup).report
    fields: dict[str, Any] = {
        "started": claims.NOW,
        "source": "upload",
        "file_type": report.file_type,
        "version": report.version,
        "declared_version": report.declared_version,
        "activity_count": report.activity_count,
        "rules": plain(rollup.complete(report)),
        **report.counts(),
    }
    assert verdicts.write(claimed, verdicts.Verdict(verdict(report), fields, report.findings), history=3)
    return claimed.run_id


def resource(**fields: Any) -> dict[str, Any]:
    """A new resource."""
    return factories.Resource(**{"format": "XML", "url": "http://127.0.0.1:9/file.xml", **fields})
