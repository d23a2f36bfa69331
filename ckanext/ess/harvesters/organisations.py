"""Publishers as organisations.

Matched by identifier, never by name, made or brought up to date once per run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.ess.harvesters.names import free_name
from ckanext.ess.harvesters.refusals import leave_out, sentence
from ckanext.ess.mapping.publishers import siren_of, to_organisation
from ckanext.ess.sources.base import PublisherDraft
from ckanext.ess.store.harvest import HarvestedPublisher

#: A catalogue of bad identifiers would otherwise say so two thousand times.
MAX_NOTES = 100
#: Extras by which an organisation is recognised, the surest first.
KEYS = ("ess_publisher_uid", "ess_iati_identifier", "ess_siret", "ess_siren")


class Organisations:
    """The organisations of one source's publishers, for the time of one run.

    Args:
        source_id: the source.
        user: name of the user who makes and changes organisations.
        keep: fields that are left alone once an organisation exists.
    """

    def __init__(self, source_id: str, user: str, keep: frozenset[str] = frozenset()) -> None:
        self._source_id = source_id
        self._user = user
        self._keep = keep
        self._known = self._read_known()
        self._by_key, self._names = self._read_organisations()
        self._done: dict[str, str] = {}
        self.added = 0
        self.updated = 0
        self.notes: list[str] = []

    def of(self, publisher: PublisherDraft) -> str:
        """Identifier of a publisher's organisation, made or brought up to date at the first question."""
        uid = publisher.id or publisher.iati_identifier or publisher.name
        if uid not in self._done:
            self._done[uid] = self._settle(replace(publisher, id=uid))
        return self._done[uid]

    def _settle(self, publisher: PublisherDraft) -> str:
        fields = to_organisation(publisher)
        row = self._known.get(publisher.id)
        if row is not None and row.harvested == fields:
            return row.organization_id
        organisation_id = row.organization_id if row else self._match(publisher)
        if not organisation_id:
            organisation_id, adopted = self._create(publisher, fields), False
        else:
            adopted = row.adopted if row else not self._is_ours(publisher, organisation_id)
            self._update(organisation_id, fields, (row.harvested if row else None) or {}, adopted=adopted)
        self._remember(publisher.id, organisation_id, fields, adopted=adopted)
        return organisation_id

    def _match(self, publisher: PublisherDraft) -> str:
        """An organisation that carries one of the publisher's identifiers, or nothing."""
        identifiers = (publisher.iati_identifier, *publisher.former_identifiers)
        wanted = [("ess_publisher_uid", publisher.id)]
        wanted += [("ess_iati_identifier", one) for one in identifiers]
        wanted += [("ess_siret", publisher.siret)]
        found = (self._by_key[key] for key in wanted if key[1] and key in self._by_key)
        return next(found, "") or self._of_siren(publisher)

    def _of_siren(self, publisher: PublisherDraft) -> str:
        """An organisation of the same SIREN, unless it stands for another publisher of this source.

        Branches of one association share a SIREN: the second is not the first.
        """
        number = publisher.siren or siren_of(publisher.iati_identifier)
        found = self._by_key.get(("ess_siren", number), "") if number else ""
        taken = (row.organization_id for uid, row in self._known.items() if uid != publisher.id)
        return "" if found in taken else found

    def _is_ours(self, publisher: PublisherDraft, organisation_id: str) -> bool:
        return self._by_key.get(("ess_publisher_uid", publisher.id)) == organisation_id

    def _create(self, publisher: PublisherDraft, fields: Mapping[str, Any]) -> str:
        name = free_name(publisher.name or publisher.title, "", self._names)
        data = {key: value for key, value in fields.items() if value not in ("", [])}
        made = self._attempt("organization_create", {**data, "name": name})
        self._names.add(name)
        self._index(made["id"], fields)
        self.added += 1
        return made["id"]

    def _update(
        self, organisation_id: str, fields: Mapping[str, Any], before: Mapping[str, Any], *, adopted: bool
    ) -> None:
        """Write the fields that changed upstream.

        Of an organisation that people made, only the empty ones.
        """
        changed = {key: value for key, value in fields.items() if (value or "") != (before.get(key) or "")}
        changed = {key: value for key, value in changed.items() if key not in self._keep}
        if not changed:
            return
        shown = tk.get_action("organization_show")(
            self._context(), {"id": organisation_id, "include_dataset_count": False}
        )
        if adopted:
            changed = {key: value for key, value in changed.items() if value and not shown.get(key)}
        changed = {key: value for key, value in changed.items() if (value or "") != (shown.get(key) or "")}
        if changed:
            self._attempt("organization_patch", {**changed, "id": organisation_id})
            self.updated += 1
        self._index(organisation_id, fields)

    def _attempt(self, action: str, data: dict[str, Any]) -> dict[str, Any]:
        """Call an action.

        Once more without the fields that the portal refuses, so that nothing else is lost.
        """
        try:
            return tk.get_action(action)(self._context(), dict(data))
        except tk.ValidationError as error:
            rest = leave_out(data, error.error_dict)
            if rest is None:
                raise
            if len(self.notes) < MAX_NOTES:
                self.notes.append(f"{data.get('title') or data.get('id')}: {sentence(error.error_dict)}")
            return tk.get_action(action)(self._context(), rest)

    def _context(self) -> Any:
        return {"user": self._user, "ignore_auth": True, "session": model.Session}

    def _remember(self, uid: str, organisation_id: str, fields: Mapping[str, Any], *, adopted: bool) -> None:
        row = self._known.get(uid) or HarvestedPublisher(source_id=self._source_id, uid=uid)
        row.organization_id, row.harvested, row.adopted = organisation_id, dict(fields), adopted
        model.Session.add(row)
        model.Session.commit()
        self._known[uid] = row

    def _index(self, organisation_id: str, fields: Mapping[str, Any]) -> None:
        for key in KEYS:
            if fields.get(key):
                self._by_key.setdefault((key, fields[key]), organisation_id)

    def _read_known(self) -> dict[str, HarvestedPublisher]:
        query = sa.select(HarvestedPublisher).where(HarvestedPublisher.source_id == self._source_id)
        return {row.uid: row for row in model.Session.execute(query).scalars()}

    def _read_organisations(self) -> tuple[dict[tuple[str, str], str], set[str]]:
        """Organisations by each identifier that they carry, and every name that is taken."""
        query = sa.select(
            model.Group.id,
            model.Group.name,
            model.Group.is_organization,
            model.Group.state,
            model.Group.extras,
        ).order_by(model.Group.created)
        found: dict[tuple[str, str], str] = {}
        names: set[str] = set()
        for organisation_id, name, is_organisation, state, extras in model.Session.execute(query):
            names.add(name)
            if is_organisation and state == "active":
                for key in KEYS:
                    if value := (extras or {}).get(key):
                        found.setdefault((key, value), organisation_id)
        return found, names
