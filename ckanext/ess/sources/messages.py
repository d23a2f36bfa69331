"""Sentences about remote catalogues, in English and French."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    # the exchange
    "http.scheme": {
        "en": "{url}: only http and https addresses are read.",
        "fr": "{url} : seules les adresses http et https sont lues.",
    },
    "http.address": {
        "en": "{url}: this is not a usable web address.",
        "fr": "{url} : ce n’est pas une adresse web utilisable.",
    },
    "http.private": {
        "en": "{url}: {host} is {address}, an address of a private or reserved network, which is not read.",
        "fr": "{url} : {host} est {address}, une adresse de réseau privé ou réservée, qui n’est pas lue.",
    },
    "address.password": {
        "en": "{url}: the address of this source holds a user or a password, which everybody could read. "
        "Take it out, and put “Authorization: Basic …” into a file named like the host "
        "(option ckanext.ess.harvest.keys_folder).",
        "fr": "{url} : l’adresse de cette source contient un utilisateur ou un mot de passe, que tout le "
        "monde pourrait lire. Retirez-le, et écrivez « Authorization: Basic … » dans un fichier nommé comme "
        "le serveur (option ckanext.ess.harvest.keys_folder).",
    },
    "http.name": {
        "en": "{url}: the server name {host} is not known ({said}).",
        "fr": "{url} : le nom de serveur {host} est inconnu ({said}).",
    },
    "http.connection": {
        "en": "{url}: no connection ({said}).",
        "fr": "{url} : pas de connexion ({said}).",
    },
    "http.tls": {
        "en": "{url}: the secure connection failed ({said}).",
        "fr": "{url} : la connexion sécurisée a échoué ({said}).",
    },
    "http.silent": {
        "en": "{url}: no answer within {seconds} seconds.",
        "fr": "{url} : pas de réponse en {seconds} secondes.",
    },
    "http.slow": {
        "en": "{url}: not finished after {seconds} seconds, the limit for one download.",
        "fr": "{url} : pas terminé après {seconds} secondes, la limite pour un téléchargement.",
    },
    "http.cut": {
        "en": "{url}: the answer stopped before its end ({said}).",
        "fr": "{url} : la réponse s’est arrêtée avant la fin ({said}).",
    },
    "http.malformed": {
        "en": "{url}: the server does not speak proper HTTP ({said}).",
        "fr": "{url} : le serveur ne parle pas un HTTP correct ({said}).",
    },
    "http.large": {
        "en": "{url}: more than {megabytes} MB, the limit for one download.",
        "fr": "{url} : plus de {megabytes} Mo, la limite pour un téléchargement.",
    },
    "http.bomb": {
        "en": "{url}: the compressed answer grows more than {ratio} times, like a decompression bomb.",
        "fr": "{url} : la réponse compressée grossit plus de {ratio} fois, comme une bombe de décompression.",
    },
    "http.encoding": {
        "en": "{url}: the answer is compressed in a way that was not asked for ({said}).",
        "fr": "{url} : la réponse est compressée d’une façon qui n’a pas été demandée ({said}).",
    },
    "http.compression": {
        "en": "{url}: the compressed answer is damaged ({said}).",
        "fr": "{url} : la réponse compressée est abîmée ({said}).",
    },
    "http.redirects": {
        "en": "{url}: more than {count} redirections.",
        "fr": "{url} : plus de {count} redirections.",
    },
    "http.nowhere": {
        "en": "{url}: redirects (status {status}) without saying where.",
        "fr": "{url} : redirige (statut {status}) sans dire où.",
    },
    "http.wait": {
        "en": "{url}: the server is busy (status {status}) and asks to wait {seconds} seconds.",
        "fr": "{url} : le serveur est occupé (statut {status}) et demande d’attendre {seconds} secondes.",
    },
    "http.status": {
        "en": "{url}: the server answered {status}{said}.",
        "fr": "{url} : le serveur a répondu {status}{said}.",
    },
    # JSON
    "json.html": {
        "en": "{url}: a web page came instead of JSON{said}. Is this the address of the service itself?",
        "fr": "{url} : une page web est venue au lieu de JSON{said}. Est-ce l’adresse du service lui-même ?",
    },
    "json.syntax": {
        "en": "{url}: this is not JSON ({said}).",
        "fr": "{url} : ce n’est pas du JSON ({said}).",
    },
    "json.deep": {
        "en": "{url}: the JSON is nested more than {depth} levels deep.",
        "fr": "{url} : le JSON est imbriqué sur plus de {depth} niveaux.",
    },
    "json.item": {
        "en": "{url}: one record is larger than {megabytes} MB.",
        "fr": "{url} : une fiche dépasse {megabytes} Mo.",
    },
    # schemas of tables
    "schema.unknown": {
        "en": "“{value}” is neither the name nor the address of a schema.",
        "fr": "« {value} » n’est ni le nom ni l’adresse d’un schéma.",
    },
    "schema.shape": {
        "en": "{url}: this JSON is not a Table Schema.",
        "fr": "{url} : ce JSON n’est pas un Table Schema.",
    },
    "schema.host": {
        "en": "{url}: only servers that the administrator allows are asked, and {host} is not one of them.",
        "fr": "{url} : seuls les serveurs autorisés par l’administration sont interrogés, et {host} n’en "
        "fait pas partie.",
    },
    # listings
    "index.shape": {
        "en": "{url}: the answer has no list “{field}”.",
        "fr": "{url} : la réponse n’a pas de liste « {field} ».",
    },
    "index.mismatch": {
        "en": "{url}: the lists of datasets and of organisations were not made together ({datasets} and "
        "{organisations}); try again in a few minutes.",
        "fr": "{url} : les listes des jeux de données et des organisations n’ont pas été faites ensemble "
        "({datasets} et {organisations}) ; réessayez dans quelques minutes.",
    },
    "index.many": {
        "en": "{url}: more than {count} datasets, the limit for one catalogue.",
        "fr": "{url} : plus de {count} jeux de données, la limite pour un catalogue.",
    },
    "api.failed": {
        "en": "{url}: the catalogue refused the request{said}.",
        "fr": "{url} : le catalogue a refusé la requête{said}.",
    },
    "udata.loop": {
        "en": "{url}: the pages of the list never end; the reading was stopped.",
        "fr": "{url} : les pages de la liste ne finissent jamais ; la lecture a été arrêtée.",
    },
    "udata.organization": {
        "en": "The catalogue has no organisation “{name}”; take its identifier or short name from the "
        "address of its page.",
        "fr": "Le catalogue n’a pas d’organisation « {name} » ; prenez son identifiant ou son nom court dans "
        "l’adresse de sa page.",
    },
    "urls.none": {
        "en": "{url}: no address of an XML file or a zip is in there.",
        "fr": "{url} : on n’y trouve aucune adresse de fichier XML ou de zip.",
    },
    "urls.deep": {
        "en": "{url}: the lists lead further than {depth} levels or to more than {count} other lists.",
        "fr": "{url} : les listes mènent à plus de {depth} niveaux ou à plus de {count} autres listes.",
    },
    "urls.not-iati": {
        "en": "{url}: this is not an IATI file.",
        "fr": "{url} : ce n’est pas un fichier IATI.",
    },
    "zip.damaged": {
        "en": "{url}: the zip is damaged or locked ({said}).",
        "fr": "{url} : le zip est abîmé ou verrouillé ({said}).",
    },
    # records
    "record.shape": {
        "en": "Record {place}: not a record but {said}.",
        "fr": "Fiche {place} : ce n’est pas une fiche mais {said}.",
    },
    "record.lacks": {
        "en": "Record {place}: the field “{field}” is missing.",
        "fr": "Fiche {place} : le champ « {field} » manque.",
    },
    "record.twice": {
        "en": "Record {place}: its identifier {id} is already that of the dataset {other}.",
        "fr": "Fiche {place} : son identifiant {id} est déjà celui du jeu de données {other}.",
    },
    "record.publisher": {
        "en": "Record {place}: its publisher {publisher} could not be read. {said}",
        "fr": "Fiche {place} : son éditeur {publisher} n’a pas pu être lu. {said}",
    },
    # doubts about a record that is kept
    "doubt.date": {
        "en": "The date “{value}” cannot be read.",
        "fr": "La date « {value} » est illisible.",
    },
    "doubt.number": {
        "en": "The number “{value}” cannot be read.",
        "fr": "Le nombre « {value} » est illisible.",
    },
    "doubt.country": {
        "en": "The country “{value}” is not a code that we know.",
        "fr": "Le pays « {value} » n’est pas un code connu.",
    },
    "doubt.address": {
        "en": "The web address “{value}” cannot be used.",
        "fr": "L’adresse web « {value} » est inutilisable.",
    },
    "doubt.place": {
        "en": "The place “{value}” is not one that we know.",
        "fr": "Le lieu « {value} » n’est pas un lieu connu.",
    },
    "doubt.frequency": {
        "en": "The frequency “{value}” is not one that we know.",
        "fr": "Le rythme « {value} » n’est pas un rythme connu.",
    },
    "doubt.files": {
        "en": "Only the first of its {value} files are shown here.",
        "fr": "Seuls les premiers de ses {value} fichiers sont montrés ici.",
    },
    "doubt.publisher": {
        "en": "The catalogue does not describe the publisher “{value}”.",
        "fr": "Le catalogue ne décrit pas l’éditeur « {value} ».",
    },
    "doubt.copy": {
        "en": "The catalogue has no good copy of the file.",
        "fr": "Le catalogue n’a pas de bonne copie du fichier.",
    },
    "doubt.issue": {
        "en": "The catalogue reports a problem: {value}",
        "fr": "Le catalogue signale un problème : {value}",
    },
}


def sentence_of(code: str, params: Mapping[str, str], lang: str) -> str:
    """The sentence of a code, filled; a text that is no code is returned as it is."""
    texts = SENTENCES.get(code)
    if texts is None:
        return code
    text = texts.get(lang, texts["en"])
    return text.format_map({"said": "", **params})


def doubt(code: str, value: str) -> str:
    """A doubt about a record that is kept, as the text that stands in ``DatasetDraft.problems``.

    >>> doubt("doubt.date", "31/02/2024")
    'doubt.date: 31/02/2024'
    """
    return f"{code}: {value}"


def doubt_sentence(problem: str, lang: str = "en") -> str:
    """The sentence of one of ``DatasetDraft.problems``.

    >>> doubt_sentence("doubt.date: 31/02/2024", "fr")
    'La date « 31/02/2024 » est illisible.'
    """
    code, _, value = problem.partition(": ")
    return sentence_of(code, {"value": value}, lang)
