"""One dataset at a time through ``package_create`` and ``package_update``, neither committed nor indexed."""

from __future__ import annotations

from datetime import date
from typing import Any

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.harvesters import changes
from ckanext.ess.harvesters.refusals import leave_out, sentence
from ckanext.ess.harvesters.settings import Settings
from ckanext.ess.harvesters.work import Work
from ckanext.ess.mapping.datasets import to_package
from ckanext.ess.mapping.foreign import REGISTRY
from ckanext.ess.schema.licences import from_harvested
from ckanext.ess.store.harvest import HarvestedDataset


class Packages:
    """Makes and changes datasets in the current transaction; the caller commits.

    Args:
        user: name of the user who does it.
        settings: of the source.
        before: rows of the datasets as they were last written.

    Attributes:
        written: by upstream identifier, the fields that were taken from the catalogue.
        changed: by upstream identifier, the old and the new value of what an update changed.
        lenient: leave out the fields that CKAN refuses, instead of refusing the dataset.
    """

    def __init__(self, user: str, settings: Settings, before: dict[str, HarvestedDataset]) -> None:
        self.user = user
        self._user = model.User.get(user)
        self.written: dict[str, dict[str, Any]] = {}
        self.changed: dict[str, dict[str, list[Any]]] = {}
        self.lenient = False
        self._settings = settings
        self._keep = {*settings.keep, *tk.aslist(tk.config.get("ckan.harvest.not_overwrite_fields") or "")}
        self._before = {guid: row.harvested or {} for guid, row in before.items()}
        self._refused: dict[str, dict[str, Any]] = {}

    def save(self, work: Work) -> str:
        """Create or update a dataset.

        Returns:
            What was left out of it, in a sentence; empty when nothing was.

        Raises:
            ValidationError: CKAN refuses it; the transaction is then rolled back.
        """
        if work.action == "index":
            return ""
        if work.removes:
            self._archive(work)
            return ""
        fields = to_package(
            work.draft(),
            work.file_facts(),
            package_id=work.package_id,
            licence=from_harvested,
            lang=self._settings.language,
        )
        if work.organization_id:
            fields["owner_org"] = work.organization_id
        refused = self._refused.get(work.guid) if self.lenient else None
        kept = fields
        if refused is not None:
            kept = leave_out(fields, refused)
            if kept is None:
                raise tk.ValidationError(refused)
        try:
            self._create(work, kept) if work.action == "add" else self._update(work, kept)
        except tk.ValidationError as error:
            self._refused[work.guid] = error.error_dict
            raise
        self.written[work.guid] = fields
        return sentence(refused) if refused else ""

    def _create(self, work: Work, fields: dict[str, Any]) -> None:
        data = {key: value for key, value in fields.items() if value not in ("", [])}
        data["resources"] = [
            {key: value for key, value in one.items() if value != ""} for one in fields["resources"]
        ]
        data |= {
            "id": work.package_id,
            "name": work.name,
            "type": "dataset",
            "private": False,
        }
        tk.get_action("package_create")(self._context(), data)

    def delete(self, work: Work) -> None:
        """Delete a dataset that is gone; CKAN's own action, which commits and tells every plugin."""
        tk.get_action("package_delete")(self._context(), {"id": work.package_id})

    def _archive(self, work: Work) -> None:
        """Say in a dataset that its catalogue no longer has it."""
        shown = self._shown(work)
        self._write(work, shown, {"ess_archived": date.today().isoformat()})  # noqa: DTZ011 - the portal's day

    def _update(self, work: Work, fields: dict[str, Any]) -> None:
        """Write what changed upstream since we last wrote; whatever people added or edited here stays."""
        shown = self._shown(work)
        before = self._before.get(work.guid, {})
        changed = {
            key: value
            for key, value in fields.items()
            if value != before.get(key) and key not in self._keep and key != "resources"
        }
        if work.restore:
            changed |= {"state": "active", "ess_archived": ""}
        if work.adopted:
            changed = {key: value for key, value in changed.items() if value not in ("", [])}
            shown["extras"] = [one for one in shown.get("extras") or [] if one["key"] not in REGISTRY]
        if fields["resources"] != before.get("resources"):
            theirs = _without_same(shown["resources"], fields["resources"] if work.adopted else [])
            changed["resources"] = _resources(theirs, fields["resources"], before.get("resources") or [])
        self._write(work, shown, changed)

    def _shown(self, work: Work) -> dict[str, Any]:
        return tk.get_action("package_show")(
            {**self._context(), "for_update": True, "use_cache": False}, {"id": work.package_id}
        )

    def _write(self, work: Work, shown: dict[str, Any], changed: dict[str, Any]) -> None:
        self.changed[work.guid] = changes.difference(shown, changed)
        data = {**shown, **changed}
        # were they given, CKAN would take them for the dataset's present dates
        data = {
            key: value for key, value in data.items() if key not in ("metadata_modified", "metadata_created")
        }
        context = self._context() | {
            "original_package": shown,
            # the activity stream only believes in a change that is named here
            "changed_entities": {"packages": {work.package_id}},
        }
        tk.get_action("package_update")(context, data)

    def _context(self) -> Any:
        return {
            "user": self.user,
            "auth_user_obj": self._user,
            "ignore_auth": True,
            "session": model.Session,
            "defer_commit": True,
            "return_id_only": True,
        }


def _without_same(shown: list[dict[str, Any]], ours: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The files of an adopted dataset but those that ours stand for, by their address."""
    addresses = {one["url"].partition("://")[2] for one in ours}
    return [one for one in shown if one.get("url", "").partition("://")[2] not in addresses]


def _resources(
    shown: list[dict[str, Any]], ours: list[dict[str, Any]], before: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The harvested files in the catalogue's order, then the files that people added here.

    A harvested file that the catalogue no longer has goes; what people wrote of one that stays, stays.
    """
    mine = {one["id"] for one in (*ours, *before)}
    there = {one["id"]: one for one in shown}
    others = [one for one in shown if one["id"] not in mine]
    return [*({**there.get(one["id"], {}), **one} for one in ours), *others]
