"""One typed reader per configuration option; nothing else reads ``tk.config``."""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import version

from ckan.plugins import toolkit as tk

HTTP_ALLOW_PRIVATE = "ckanext.ess.http.allow_private"
HARVEST_KEYS_FOLDER = "ckanext.ess.harvest.keys_folder"
METRICS = "ckanext.ess.metrics"
METRICS_TOKEN_FILE = "ckanext.ess.metrics.token_file"  # noqa: S105 - the name of an option
TABLE_SCHEMA_HOSTS = "ckanext.ess.tables.schema_hosts"
NOTIFICATIONS = "ckanext.ess.notifications"
NOTIFICATIONS_QUIET = "ckanext.ess.notifications.quiet_minutes"
FACETS = "ckanext.ess.facets"
HOME = "ckanext.ess.home"
THEME = "ckanext.ess.theme"
RECHERCHE_ENTREPRISES = "ckanext.ess.recherche_entreprises.url"
PACKAGE_LIST_DATASETS_ONLY = "ckanext.ess.package_list_datasets_only"
VALIDATION = "ckanext.ess.validation"
VALIDATION_HISTORY = "ckanext.ess.validation.history"
CHECK_MEGABYTES = "ckanext.ess.check.max_megabytes"
CHECK_API_MEGABYTES = "ckanext.ess.check.api_megabytes"
CHECK_PER_HOUR = "ckanext.ess.check.per_hour"
CHECK_PER_HOUR_TOTAL = "ckanext.ess.check.per_hour_total"
CHECK_HOURS_KEPT = "ckanext.ess.check.hours_kept"
CHECK_PROXIES = "ckanext.ess.check.proxies"
VALIDATION_MEGABYTES = "ckanext.ess.validation.max_megabytes"
VALIDATION_SECONDS = "ckanext.ess.validation.max_seconds"
VALIDATION_AGE = "ckanext.ess.validation.max_age_days"
ACTIVITIES_RATES = "ckanext.ess.activities_rates"
ACTIVITIES_SOLR = "ckanext.ess.activities_solr_url"
ACTIVITIES_CACHE = "ckanext.ess.activities_cache_seconds"
URL_PREFIX = "ckanext.ess.url_prefix"
#: Stands for the option where the configuration does not have it, as ``CKAN_SOLR_URL`` does for ``solr_url``.
ACTIVITIES_SOLR_VARIABLE = "CKAN_ESS_ACTIVITIES_SOLR_URL"
SOLR_SECONDS = "solr_timeout"
ALLOWED_QUERY_PARSERS = "ckan.search.solr_allowed_query_parsers"
SITE_URL = "ckan.site_url"
MAX_UPLOAD = "ckan.max_resource_size"
UNOWNED_DATASETS = "ckan.auth.create_unowned_dataset"

_MEGABYTE = 1024 * 1024


def http_allow_private() -> bool:
    """Whether downloads may reach loopback and private addresses."""
    return tk.config[HTTP_ALLOW_PRIVATE]


def harvest_keys_folder() -> str:
    """Folder that holds a file per remote host with its key; empty: none."""
    return tk.config[HARVEST_KEYS_FOLDER]


def metrics() -> bool:
    """Whether ``/ess/metrics`` answers those who may see it."""
    return tk.config[METRICS]


def metrics_token_file() -> str:
    """File with the token that lets a collector read the metrics; empty: administrators only."""
    return tk.config[METRICS_TOKEN_FILE]


def table_schema_hosts() -> list[str]:
    """Names of the servers from which Table Schemas are fetched; ``*`` for any."""
    return tk.config[TABLE_SCHEMA_HOSTS]


def notifications() -> bool:
    """Whether checks can be followed, and followers are written to."""
    return tk.config[NOTIFICATIONS]


def notifications_quiet_minutes() -> int:
    """Minutes of rest after which an organisation's followers are written to."""
    return max(tk.config[NOTIFICATIONS_QUIET], 0)


def facets() -> list[str]:
    """Names of the facets that the dataset search shows, in their order."""
    return tk.config[FACETS]


def tagged_facets() -> bool:
    """Whether CKAN lets us tag filters, so that a facet's counts can leave out its own filter."""
    return "lucene" in tk.config[ALLOWED_QUERY_PARSERS]


def home() -> bool:
    """Whether our home page replaces the portal's."""
    return tk.config[HOME]


def theme() -> bool:
    """Whether our colours, header and footer dress the whole portal."""
    return tk.config[THEME]


def recherche_entreprises_url() -> str:
    """Address of the public service that knows organisations by their SIREN; empty when it is not asked."""
    return tk.config[RECHERCHE_ENTREPRISES]


def package_list_datasets_only() -> bool:
    """Whether ``package_list`` names datasets only, leaving harvest sources and other types out."""
    return tk.config[PACKAGE_LIST_DATASETS_ONLY]


def validation_enabled() -> bool:
    """Whether files are checked when they change, and verdicts shown."""
    return tk.config[VALIDATION]


def validation_history() -> int:
    """How many past checks of each resource are kept."""
    return tk.config[VALIDATION_HISTORY]


def site_url() -> str:
    """Address of the portal, as its administrator gave it."""
    return tk.config[SITE_URL]


def datasets_need_owner() -> bool:
    """Whether CKAN refuses a dataset, or a harvest source, that belongs to no organisation."""
    return not tk.config[UNOWNED_DATASETS]


def max_upload_bytes() -> int:
    """Size of the largest file that the portal keeps."""
    return tk.config[MAX_UPLOAD] * _MEGABYTE


def check_bytes() -> int:
    """Size of the largest file that a visitor may have checked in the page."""
    return tk.config[CHECK_MEGABYTES] * _MEGABYTE


def check_api_bytes() -> int:
    """Size of the largest file that the action ``ess_validate`` checks while its caller waits."""
    return tk.config[CHECK_API_MEGABYTES] * _MEGABYTE


def checks_per_hour() -> int:
    """How many files one client may have checked in an hour."""
    return tk.config[CHECK_PER_HOUR]


def checks_per_hour_total() -> int:
    """How many files all clients together may have checked in an hour."""
    return tk.config[CHECK_PER_HOUR_TOTAL]


def check_hours_kept() -> int:
    """Hours for which the result of a visitor's check is kept."""
    return tk.config[CHECK_HOURS_KEPT]


def check_proxies() -> int:
    """How many proxies of ours stand before the portal and tell the client's address."""
    return tk.config[CHECK_PROXIES]


def validation_max_bytes() -> int:
    """Size above which a file is reported as too large instead of being checked."""
    return tk.config[VALIDATION_MEGABYTES] * _MEGABYTE


def validation_max_seconds() -> float:
    """How long a file may take to download, and again to be checked."""
    return float(tk.config[VALIDATION_SECONDS])


def validation_max_age_days() -> int:
    """Age in days at which a verdict is made again by itself; 0: never."""
    return tk.config[VALIDATION_AGE]


def activities_solr_url() -> str:
    """Address of the Solr core or collection of activities; empty where the portal has none."""
    said: str = tk.config[ACTIVITIES_SOLR] or os.environ.get(ACTIVITIES_SOLR_VARIABLE, "")
    return said.strip().rstrip("/")


def activities_rates() -> str:
    """Path of the table of exchange rates; empty where that of the package serves."""
    return tk.config[ACTIVITIES_RATES].strip()


def solr_seconds() -> float:
    """How long an answer of Solr is waited for."""
    return float(tk.config.get(SOLR_SECONDS) or 60)


def activities_cache_seconds() -> int:
    """Seconds for which answers about activities are kept; 0: they are not."""
    return max(tk.config[ACTIVITIES_CACHE], 0)


def url_prefix() -> str:
    """Where the pages on activities begin: ``/projects``."""
    return "/" + str(tk.config.get(URL_PREFIX) or "/projects").strip("/ ")


@cache
def release() -> str:
    """Version of this extension; looked up once, because each checked file asks for it."""
    return version("ckanext-ess")
