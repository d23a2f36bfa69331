"""Why a file could not be checked, in a title, an explanation and what to do, in English and French.

A problem is kept as ``{"code", "params"}``: a code of :mod:`ckanext.ess.sources.messages` where the exchange
with a server failed, ``file.`` and a code of :mod:`ckanext.ess.iati.read.sentences` where the file itself is
at fault, or one of our own below. ``cached`` has the ``cause`` for which the catalogue's copy was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from ckanext.ess.iati.read import Problem
from ckanext.ess.iati.read import sentence as file_sentence
from ckanext.ess.sources.errors import SourceError
from ckanext.ess.sources.messages import sentence_of

FILE = "file."


class Words(TypedDict):
    """A problem in words."""

    title: str
    explanation: str
    fix: str


#: code -> language -> title, what to do; and the explanation where no other table has it.
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "http": {
        "en": (
            "The file could not be downloaded",
            "Open the address in a browser and correct it if need be.",
        ),
        "fr": (
            "Le fichier n’a pas pu être téléchargé",
            "Ouvrez l’adresse dans un navigateur et corrigez-la si besoin.",
        ),
    },
    "http.status": {
        "en": (
            "The server does not give the file",
            "Check the address, and that anyone can open it without signing in.",
        ),
        "fr": (
            "Le serveur ne donne pas le fichier",
            "Vérifiez l’adresse, et que chacun peut l’ouvrir sans se connecter.",
        ),
    },
    "http.private": {
        "en": (
            "The address is inside a private network",
            "Publish the file at an address that everybody can reach, or upload it here.",
        ),
        "fr": (
            "L’adresse est dans un réseau privé",
            "Publiez le fichier à une adresse que chacun peut atteindre, ou déposez-le ici.",
        ),
    },
    "http.large": {
        "en": (
            "The file is too large to be checked here",
            "Split it, or check it on your computer with ess-iati.",
        ),
        "fr": (
            "Le fichier est trop gros pour être vérifié ici",
            "Découpez-le, ou vérifiez-le sur votre ordinateur avec ess-iati.",
        ),
    },
    "http.bomb": {
        "en": (
            "The file grows like a decompression bomb",
            "Have the server send the file without compression.",
        ),
        "fr": (
            "Le fichier enfle comme une bombe de décompression",
            "Faites envoyer le fichier sans compression par le serveur.",
        ),
    },
    "http.tls": {
        "en": (
            "The server’s certificate is not valid",
            "Have the certificate of the site renewed or completed by whoever runs it.",
        ),
        "fr": (
            "Le certificat du serveur n’est pas valide",
            "Faites renouveler ou compléter le certificat du site par la personne qui l’administre.",
        ),
    },
    "http.redirects": {
        "en": ("The address leads round in circles", "Give the final address of the file."),
        "fr": ("L’adresse tourne en rond", "Indiquez l’adresse finale du fichier."),
    },
    "http.slow": {
        "en": (
            "The server is too slow",
            "Nothing to do: the portal tries again. If it lasts, upload the file here.",
        ),
        "fr": (
            "Le serveur est trop lent",
            "Rien à faire : le portail réessaie. Si cela dure, déposez le fichier ici.",
        ),
    },
    "http.cut": {
        "en": (
            "The file stopped before its end",
            "Nothing to do: the portal tries again. If it lasts, tell whoever runs the server.",
        ),
        "fr": (
            "Le fichier s’est arrêté avant la fin",
            "Rien à faire : le portail réessaie. Si cela dure, prévenez la personne qui gère le serveur.",
        ),
    },
    "http.later": {
        "en": (
            "The server does not answer",
            "Nothing to do: the portal tries again. If it lasts, check the address.",
        ),
        "fr": (
            "Le serveur ne répond pas",
            "Rien à faire : le portail réessaie. Si cela dure, vérifiez l’adresse.",
        ),
    },
    "cached": {
        "en": (
            "The catalogue’s copy was checked",
            "Make the file available at its own address again; it may differ from the copy.",
            "The file’s own address failed, so the copy that the catalogue keeps was read. {cause}",
        ),
        "fr": (
            "C’est la copie du catalogue qui a été vérifiée",
            "Rendez le fichier de nouveau disponible à son adresse ; il peut différer de la copie.",
            "L’adresse du fichier a échoué ; la copie gardée par le catalogue a été lue. {cause}",
        ),
    },
    "upload.missing": {
        "en": (
            "The uploaded file is not in the storage",
            "Upload the file again.",
            "The portal knows of an uploaded file, but its storage does not have it ({said}).",
        ),
        "fr": (
            "Le fichier déposé n’est pas dans l’espace de stockage",
            "Déposez le fichier de nouveau.",
            "Le portail connaît un fichier déposé, mais son espace de stockage ne l’a pas ({said}).",
        ),
    },
    "upload.changed": {
        "en": (
            "The file changed while it was read",
            "Nothing to do: the new file is checked next.",
            "Another file was uploaded during the check.",
        ),
        "fr": (
            "Le fichier a changé pendant la lecture",
            "Rien à faire : le nouveau fichier est vérifié ensuite.",
            "Un autre fichier a été déposé pendant la vérification.",
        ),
    },
    "no-address": {
        "en": (
            "The resource has no file",
            "Upload a file, or give the address of one.",
            "Neither an uploaded file nor an address is given.",
        ),
        "fr": (
            "La ressource n’a pas de fichier",
            "Déposez un fichier, ou indiquez l’adresse d’un fichier.",
            "Ni fichier déposé ni adresse ne sont indiqués.",
        ),
    },
    "too-slow": {
        "en": (
            "The check took too long",
            "Split the file, or check it on your computer with ess-iati.",
            "The check was stopped after {seconds} seconds, the limit for one file.",
        ),
        "fr": (
            "La vérification a pris trop de temps",
            "Découpez le fichier, ou vérifiez-le sur votre ordinateur avec ess-iati.",
            "La vérification a été arrêtée après {seconds} secondes, la limite pour un fichier.",
        ),
    },
    "gave-up": {
        "en": (
            "The check did not end",
            "Check the file on your computer with ess-iati; tell the portal’s administrator.",
            "The check was begun {count} times and stopped each time before its end.",
        ),
        "fr": (
            "La vérification ne s’est pas terminée",
            "Vérifiez le fichier sur votre ordinateur avec ess-iati ; prévenez l’administration du portail.",
            "La vérification a été commencée {count} fois et s’est arrêtée chaque fois avant la fin.",
        ),
    },
    "fault": {
        "en": (
            "The check failed for a reason of the portal’s own",
            "Tell the portal’s administrator; the log has the details.",
            "An unexpected error stopped the check ({said}).",
        ),
        "fr": (
            "La vérification a échoué à cause du portail",
            "Prévenez l’administration du portail ; le journal contient les détails.",
            "Une erreur inattendue a arrêté la vérification ({said}).",
        ),
    },
}
_LATER = frozenset({"http.silent", "http.connection", "http.name", "http.wait"})


def problem_of(error: SourceError) -> dict[str, Any]:
    """The problem to keep of a failed download."""
    return {"code": error.code, "params": dict(error.params)}


def problem_words(problem: Mapping[str, Any], lang: str) -> Words:
    """A kept problem in words.

    Args:
        problem: ``{"code", "params"}``, and ``"cause"``, another problem, for ``cached``.
        lang: ``en`` or ``fr``; English for any other.
    """
    lang = lang if lang in ("en", "fr") else "en"
    code, params = str(problem["code"]), dict(problem.get("params") or {})
    if code.startswith(FILE):
        said = file_sentence(Problem(code.removeprefix(FILE), None, None, params), lang)
        return {"title": said.title, "explanation": said.explanation, "fix": said.fix}
    if cause := problem.get("cause"):
        params["cause"] = problem_words(cause, lang)["explanation"]
    title, fix, *explanation = _WORDS[_key(code)][lang]
    said = explanation[0].format(**params) if explanation else sentence_of(code, params, lang)
    return {"title": title, "explanation": said, "fix": fix}


def _key(code: str) -> str:
    if code in _LATER:
        return "http.later"
    return code if code in _WORDS else "http"
