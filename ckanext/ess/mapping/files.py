"""The files of a dataset as resources, each with an identifier that never changes."""

from __future__ import annotations

import uuid
from typing import Any

from ckanext.ess.mapping.sentences import name_of_file
from ckanext.ess.sources.base import DatasetDraft, FileDraft


def resource_id(package_id: str, file_id: str = "") -> str:
    """Identifier of a harvested file of a dataset; stable, so that links to it hold.

    Args:
        package_id: identifier of the dataset here.
        file_id: identifier of the file in its catalogue; empty where a dataset is one file.
    """
    return str(uuid.uuid5(uuid.UUID(package_id), f"file:{file_id}" if file_id else "file"))


def resources(full: DatasetDraft, package_id: str, lang: str) -> list[dict[str, Any]]:
    """Resources of a dataset, with what its IATI file says of itself where there is one."""
    if full.is_general:
        return [_of_file(file, full, package_id) for file in full.files]
    url = full.source_url or full.cached_url
    if not url:
        return []
    return [
        {
            "id": resource_id(package_id),
            "url": url,
            "name": name_of_file(full, lang),
            "format": "XML",
            "mimetype": "application/xml",
            "size": "" if full.size is None else full.size,
            "hash": full.file_hash,
            "hash_algorithm": "sha1" if full.file_hash else "",
            "ess_schema": _iati_schema(full),
            "ess_cached_url": full.cached_url,
        }
    ]


def _of_file(file: FileDraft, full: DatasetDraft, package_id: str) -> dict[str, Any]:
    read = full.file_hash and file.url == full.source_url
    size = full.size if read else file.size
    return {
        "id": resource_id(package_id, file.id),
        "url": file.url,
        "name": file.title,
        "description": file.description,
        "format": file.format.upper(),
        "mimetype": file.media_type,
        "size": "" if size is None else size,
        "hash": full.file_hash if read else file.checksum,
        "hash_algorithm": "sha1" if read else file.checksum_type,
        "ess_schema": (_iati_schema(full) if read else "") or file.schema,
    }


def _iati_schema(full: DatasetDraft) -> str:
    return f"iati-{full.file_type}-{full.iati_version}" if full.file_type and full.iati_version else ""
