"""A loopback register in the shape of the public *recherche-entreprises* search; its content is made up."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from stdnum import luhn

ASSOCIATION = "123456782"
COMPANY = "987654324"
CLOSED = "111111118"
MASKED = "222222226"
WITHOUT_SEAT = "333333334"


def unit(siren: str, name: str, category: str, **more: Any) -> dict[str, Any]:
    """One result; ``seat`` and ``complements`` are merged into the usual ones."""
    seat = {
        "activite_principale": "94.99Z",
        "adresse": "1 RUE DES EXEMPLES 75011 PARIS",
        "code_postal": "75011",
        "commune": "75111",
        "departement": "75",
        "epci": "200054781",
        "est_siege": True,
        "etat_administratif": "A",
        "libelle_commune": "PARIS",
        "region": "11",
        "siret": _siret(siren),
        "statut_diffusion_etablissement": "O",
        **more.pop("seat", {}),
    }
    complements = {
        "est_association": category.startswith("92"),
        "est_ess": False,
        "est_siae": False,
        "identifiant_association": None,
        **more.pop("complements", {}),
    }
    return {
        "siren": siren,
        "nom_complet": f"{name} (FICTIF)",
        "nom_raison_sociale": name,
        "sigle": None,
        "nombre_etablissements": 1,
        "siege": seat,
        "activite_principale": "94.99Z",
        "categorie_entreprise": "PME",
        "date_creation": "1998-05-01",
        "etat_administratif": "A",
        "nature_juridique": category,
        "statut_diffusion": "O",
        "dirigeants": [],
        "matching_etablissements": [],
        "finances": None,
        "complements": complements,
        **more,
    }


def _siret(siren: str) -> str:
    """The first establishment number that makes a right SIRET."""
    return next(f"{siren}{number:05d}" for number in range(10, 100) if luhn.is_valid(f"{siren}{number:05d}"))


UNITS = {
    ASSOCIATION: unit(
        ASSOCIATION,
        "EAU POUR DEMAIN",
        "9220",
        complements={"est_ess": True, "identifiant_association": "W751234567"},
    ),
    COMPANY: unit(
        COMPANY, "ATELIERS DU FLEUVE", "5710", complements={"est_ess": True}, seat={"departement": "2A"}
    ),
    CLOSED: unit(CLOSED, "ANCIENNE MUTUELLE", "8210", etat_administratif="C", seat={"departement": "974"}),
    MASKED: unit(
        MASKED,
        "[NON-DIFFUSIBLE]",
        "9999",
        nom_complet="[NON-DIFFUSIBLE]",
        complements={"identifiant_association": "X"},
    ),
    WITHOUT_SEAT: {
        "siren": WITHOUT_SEAT,
        "nom_complet": "  SANS   SIÈGE ",
        "siege": None,
        "complements": None,
    },
}

#: Answers of a service that goes wrong, by the SIREN that is asked.
FAULTS: dict[str, tuple[int, bytes]] = {
    "444444442": (429, b'{"erreur": "trop de requetes"}'),
    "555555556": (200, b"<html>maintenance</html>"),
    "666666664": (200, b'{"results": "none"}'),
    "777777772": (200, b"[" * 5000),
    "888888880": (500, b""),
}


class _Search(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query).get("q", [""])[0]
        self.server.asked.append(self.path)  # pyright: ignore[reportAttributeAccessIssue]
        if parts.path != "/search":
            status, body = 404, b'{"detail": "Not Found"}'
        elif asked in FAULTS:
            status, body = FAULTS[asked]
        else:
            status, body = 200, json.dumps(_page(asked)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its parent's name
        """Say nothing."""


def _page(asked: str) -> dict[str, Any]:
    results = [UNITS[asked]] if asked in UNITS else []
    return {
        "results": results,
        "total_results": len(results),
        "page": 1,
        "per_page": 1,
        "total_pages": len(results),
    }


@contextmanager
def register(port: int = 0) -> Iterator[tuple[str, list[str]]]:
    """Serve the register; yields its address and the list of what is asked of it."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Search)
    server.asked = []  # pyright: ignore[reportAttributeAccessIssue]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.asked  # pyright: ignore[reportAttributeAccessIssue]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
