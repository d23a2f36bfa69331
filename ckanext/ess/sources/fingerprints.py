"""Short texts that change when, and only when, something that we keep changes."""

from __future__ import annotations

import hashlib
import json

from ckanext.ess.sources.base import DatasetDraft, FileDraft

#: The file's own marks (they make ``Ref.content``) and times that move without anything being changed.
_APART = frozenset({"content_hash", "file_hash", "size", "modified"})
_FILE_MARKS = frozenset({"checksum", "checksum_type", "size", "modified"})


def fingerprint_of(draft: DatasetDraft) -> str:
    """Fingerprint of a dataset's description, its publisher's included; 40 hexadecimal digits."""
    kept = {name: value for name, value in vars(draft).items() if name not in _APART}
    kept["publisher"] = vars(draft.publisher)
    kept["files"] = [_without_marks(file) for file in draft.files]
    kept["reuses"] = [vars(reuse) for reuse in draft.reuses]
    return digest(kept)


def _without_marks(file: FileDraft) -> dict[str, object]:
    return {name: value for name, value in vars(file).items() if name not in _FILE_MARKS}


def digest(value: object) -> str:
    """SHA-1 of any JSON-like value, independent of the order of keys."""
    canonical = json.dumps(value, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha1(canonical.encode("ascii"), usedforsecurity=False).hexdigest()
