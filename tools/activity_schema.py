"""Write the schema of the core of activities where the embedded portal and the containers take it from.

    python tools/activity_schema.py

Its fields are those of ``ckanext/ess/index/activities/fields.py``; a test compares.
"""

from __future__ import annotations

from pathlib import Path

from ckanext.ess.index.activities.schema_xml import schema_xml

TARGET = Path(__file__).resolve().parents[1] / "ckanext/ess/embedded/solr/activities/schema.xml"

if __name__ == "__main__":
    TARGET.write_text(schema_xml(), "utf-8")
    print(TARGET)
