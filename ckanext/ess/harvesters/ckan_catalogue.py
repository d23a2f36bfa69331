"""ckanext-harvest's CKAN harvester, whose datasets get our fields."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlsplit

from ckan.plugins import toolkit as tk
from ckanext.harvest.harvesters.ckanharvester import CKANHarvester, ContentFetchError, ContentNotFoundError
from ckanext.harvest.model import HarvestObject

from ckanext.ess.harvesters import others, remote
from ckanext.ess.harvesters.settings import no_secret
from ckanext.ess.schema import language
from ckanext.ess.schema.secrets import is_secret
from ckanext.ess.sources.errors import SourceError, SourceMissing
from ckanext.ess.sources.limits import JSON_LIMITS


class CkanCatalogueHarvester(CKANHarvester):
    """A CKAN, read as ckanext-harvest reads it: sources of its type ``ckan`` go on as they are.

    It takes the place of the plugin ``ckan_harvester``.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> CkanCatalogueHarvester:  # noqa: ARG004 - CKAN gives a name
        """CKAN's plugins are single by a class attribute, and an instance of the parent's is not ours."""
        if "_instance" not in cls.__dict__:
            cls._instance = object.__new__(cls)
        return cls._instance

    def validate_config(self, config: str | None) -> str | None:
        """As ckanext-harvest does; a key is refused, though one that was stored earlier still serves.

        Raises:
            ValueError: with a sentence.
        """
        checked = super().validate_config(config)
        secret = next((name for name in json.loads(config or "{}") if is_secret(name)), None)
        if secret is not None:
            raise ValueError(no_secret(secret))
        return checked

    def modify_package_dict(
        self, package_dict: dict[str, Any], harvest_object: HarvestObject
    ) -> dict[str, Any]:
        """ckanext-harvest's hook: our fields, and a refusal where the identifier is another dataset's.

        Raises:
            ValidationError: the dataset of that identifier is not the source's.
        """
        package_dict = super().modify_package_dict(package_dict, harvest_object)
        if refused := others.stranger(package_dict["id"], harvest_object.source.id):
            raise tk.ValidationError({"id": [refused]})
        others.complete(package_dict)
        return package_dict

    def _get_content(self, url: str) -> str:
        """Read through our guard, within our limits, with the key of the host or of the configuration."""
        given = (self.config or {}).get("api_key")
        http = remote.http("Authorization", {urlsplit(url).hostname or "": given} if given else {})
        stream = io.BytesIO()
        try:
            http.download(url, stream, limits=JSON_LIMITS)
        except SourceMissing as error:
            raise ContentNotFoundError(error.sentence(language.current())) from error
        except SourceError as error:
            raise ContentFetchError(error.sentence(language.current())) from error
        return stream.getvalue().decode("utf-8", "replace")
