"""Writes the sample data that the package ships: ``python tools/make_sample.py [FOLDER]``.

Everything is made up by the tables beside this program, and the same tables always write the same bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from sample.activities import activity_file
from sample.faults import spoil
from sample.organisations import organisation_file
from sample.publishers import PUBLISHERS, SamplePublisher
from sample.writing import document

FOLDER = Path(__file__).parents[1] / "ckanext/ess/embedded/sample"
README = """Sample data / données d’exemple
===============================

Everything in this folder is made up: organisations, projects, amounts, results. Names say "Exemple" or
"Example", web addresses are under the reserved domain ``.example``, company numbers are 000 000 0xx and
000 000 1xx: they pass the check digit, and the French register gives none out that low. The towns exist, so
that maps show something; nothing of this happens there.

Tout est inventé dans ce dossier : organisations, projets, montants, résultats.

Written by ``tools/make_sample.py``; do not edit by hand. Public domain (CC0 1.0).

``publishers.json`` describes the publishers to the stand-in services; it also holds what IATI catalogues
cannot say (ESS family, legal category, SIREN, territory).

Deliberate faults / fautes volontaires
--------------------------------------

In ``{faulty}``:

{faults}

Titles that say nothing, on purpose: {junk}.
"""


def main() -> int:
    """Write the folder; files that are no longer made are removed."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    files = made_files()
    for old in [*folder.rglob("*.xml")]:
        if old.relative_to(folder).as_posix() not in files:
            old.unlink()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(files)} files, {sum(map(len, files.values())):,} bytes in {folder}")
    return 0


def made_files() -> dict[str, bytes]:
    """All files by path."""
    files: dict[str, bytes] = {}
    titles: dict[str, dict[str, str]] = {}
    faults: list[tuple[str, str, str]] = []
    faulty = ""
    for publisher in PUBLISHERS:
        for file in publisher.files:
            path = f"{publisher.short_name}/{file.name}.xml"
            root = activity_file(publisher, file)
            if file.faults:
                faulty, faults = path, spoil(root)
            files[path] = document(root)
            titles[path] = {"title": file.title or _title(publisher, file.name)}
        if publisher.organisation_file:
            path = f"{publisher.short_name}/organisation.xml"
            files[path] = document(organisation_file(publisher))
            titles[path] = {"title": f"{_bare(publisher)} : fichier d’organisation"}
    files["publishers.json"] = _json({"publishers": [_described(p) for p in PUBLISHERS], "datasets": titles})
    files["README.txt"] = _readme(faulty, faults).encode()
    return files


def _described(publisher: SamplePublisher) -> dict[str, Any]:
    return {
        "short_name": publisher.short_name,
        "human_readable_name": publisher.name,
        "organisation_identifier": publisher.identifier,
        "organisation_type": publisher.organisation_type,
        "hq_country": publisher.country,
        "reporting_source_type": "secondary-source" if publisher.secondary else "primary-source",
        "default_licence_id": publisher.licence,
        "website": publisher.website,
        "exclusions_policy_url": f"{publisher.website}exclusions",
        "description": f"{publisher.description} Organisation fictive (données d’exemple).",
        "created_date": f"{publisher.first_published}T00:00:00+00:00",
        "first_publication_date": f"{publisher.first_published}T00:00:00+00:00",
        "contact_email": f"contact@{publisher.short_name}.example",
        "historical_short_names": list(publisher.former_names),
        "catalogues": [publisher.catalogue],
        "ess": {
            "family": publisher.family,
            "siren": publisher.siren,
            "siret": publisher.siret,
            "rna": publisher.rna,
            "legal_category": publisher.legal_category,
            "esus": publisher.esus,
            "territory": publisher.territory,
        },
    }


def _bare(publisher: SamplePublisher) -> str:
    return publisher.name.partition(" (")[0]


def _title(publisher: SamplePublisher, name: str) -> str:
    return f"{_bare(publisher)} : {name.replace('-', ' ')}"


def _readme(faulty: str, faults: list[tuple[str, str, str]]) -> str:
    lines = [f"* {identifier}: {english} / {french}" for identifier, english, french in faults]
    junk = [
        f'"{file.title}" ({p.short_name}/{file.name}.xml)'
        for p in PUBLISHERS
        for file in p.files
        if _is_junk(file.title)
    ]
    return README.format(faulty=faulty, faults="\n".join(lines), junk=", ".join(junk))


def _is_junk(title: str) -> bool:
    return bool(title) and " " not in title


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


if __name__ == "__main__":
    sys.exit(main())
