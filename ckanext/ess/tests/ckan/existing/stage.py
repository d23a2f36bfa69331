"""One visit to the portal, in a process of its own: ``python stage.py INI fill|watch|use|clear``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from werkzeug.test import Client

from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.plugins import toolkit as tk

FOREIGN = 50
OURS = "eau-potable-a-kolda"
LICENCES = ("cc-by", "odc-odbl", "uk-ogl", "notspecified", "other-pd", "gfdl", "fr-lo", "")


def act(action: str, **data: Any) -> Any:
    """Call an action as the system does."""
    with APP._wsgi_app.test_request_context():
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
        return tk.get_action(action)({"ignore_auth": True, "user": user["name"]}, data)


def fill() -> None:
    """Make the town's datasets: many shapes, no two alike."""
    act("organization_create", name="voirie", title="Service de la voirie", description="Rues et **ponts**")
    act("organization_create", name="parcs", title="Parcs & jardins")
    for number in range(FOREIGN):
        act("package_create", **_foreign(number))


def _foreign(number: int) -> dict[str, Any]:
    """A dataset as a town describes it."""
    return {
        "name": f"jeu-{number:02}",
        "title": f"Jeu n° {number} : l’été « à la ville »",
        "notes": "Une *description*.\n\nEn deux paragraphes." if number % 3 else "",
        "owner_org": ("voirie", "parcs")[number % 2],
        "license_id": LICENCES[number % len(LICENCES)],
        "author": "Camille" if number % 4 else "",
        "author_email": "camille@ville.example" if number % 4 else "",
        "private": number % 10 == 9,
        "quartier": ("nord", "sud")[number % 2],
        "themes": [f"thème {one}" for one in range(number % 4)],
        "tags": [{"name": f"mot {one}"} for one in range(number % 5)],
        "resources": [_resource(number, one) for one in range(number % 3)],
    }


def _resource(number: int, one: int) -> dict[str, Any]:
    """A file of a dataset; some were archived and have a hash."""
    return {
        "url": f"https://ville.example/{number}/{one}.csv",
        "name": f"Fichier {one}",
        "format": ("CSV", "GeoJSON", "")[one],
        "millesime": str(2000 + number),
        "hash": "0" * 40 if one else "",
        "size": 1024 * number,
    }


def watch() -> dict[str, Any]:
    """What outsiders get: every dataset by the API as bytes, and the state of some pages."""
    visitor = Client(APP)
    names = [f"jeu-{number:02}" for number in range(FOREIGN)]
    token = act("api_token_create", user=_administrator(), name="stage")["token"]
    allowed = {"Authorization": token}
    shown = {}
    for name in names:
        answer = visitor.get(f"/api/3/action/package_show?id={name}", headers=allowed)
        shown[name] = f"{answer.status_code} {answer.get_data(as_text=True)}"
    found = visitor.get(
        "/api/3/action/package_search?rows=100&sort=name+asc", headers={"Authorization": token}
    )
    pages = ["/dataset/", "/dataset/jeu-01", "/dataset/?q=ville&tags=mot+1", "/organization/voirie", "/about"]
    return {
        "datasets": shown,
        "search": found.get_json()["result"]["results"],
        "pages": {page: _page(visitor, page) for page in pages},
    }


def _page(visitor: Client, address: str) -> dict[str, Any]:
    answer = visitor.get(address)
    return {
        "status": answer.status_code,
        "own header": "Ville de Trifouilly" in answer.get_data(as_text=True),
    }


def _administrator() -> str:
    """Name of a user who may see everything."""
    if "gardien" not in act("user_list", all_fields=False):
        act("user_create", name="gardien", email="gardien@ville.example", password="tr3s-s3cret")
        act("user_patch", id="gardien", sysadmin=True)
    return "gardien"


def use() -> dict[str, Any]:
    """Publish a dataset of ours through the town's schema, and find it by one of our facets."""
    fields = {"ess_kind": "iati-activities", "ess_country": ["SN", "ML"], "ess_sdg": ["6"]}
    act("package_create", name=OURS, title="Eau potable à Kolda", owner_org="voirie", **fields)
    found = act("package_search", fq='ess_country:"SN"', **{"facet.field": ["ess_country"]})
    shown = act("package_show", id=OURS)
    return {
        "found": [dataset["name"] for dataset in found["results"]],
        "facet": found["facets"].get("ess_country"),
        "fields": {name: shown[name] for name in fields},
        "page": _page(Client(APP), f"/dataset/{OURS}"),
    }


def clear() -> None:
    """Take our dataset away, as the town does before it removes us."""
    act("dataset_purge", id=OURS)


STAGES: dict[str, Callable[[], Any]] = {"fill": fill, "watch": watch, "use": use, "clear": clear}

if __name__ == "__main__":
    APP = make_app(load_config(sys.argv[1]))
    print("RESULT " + json.dumps(STAGES[sys.argv[2]]()))  # noqa: T201
