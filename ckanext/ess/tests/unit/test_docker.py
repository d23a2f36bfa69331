"""The production-like stack, as far as it can be checked without a Docker daemon."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib.metadata import requires
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from gunicorn.config import Config as GunicornConfig
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ckanext.ess.embedded import plan, settings
from ckanext.ess.embedded.solr.server import ACTIVITIES, CKAN
from ckanext.ess.tests.imports import PACKAGE
from ckanext.ess.tests.installed import ROOT

DOCKER = ROOT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (DOCKER / "Dockerfile").read_text()
ENTRYPOINT = (DOCKER / "entrypoint.sh").read_text()
BACKGROUND = ("worker", "checks", "harvest", "clock")

SECRETS = {
    "ESS_SECRET_KEY": "k%y",
    "POSTGRES_PASSWORD": "p@ss/w:rd",
    "REDIS_PASSWORD": "r&dis",
    "ESS_SITE_URL": "https://donnees.example.org/",
}


def configured(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``configure.py`` as a container does."""
    command = [sys.executable, str(DOCKER / "configure.py"), str(folder / "ckan.ini")]
    return subprocess.run(
        command, env={"PATH": os.environ["PATH"], **environment}, check=False, capture_output=True, text=True
    )


def role_command(role: str) -> str:
    """What the entrypoint runs for a role, on one line."""
    match = re.search(rf"^    {role}\)(.*?);;", ENTRYPOINT, re.MULTILINE | re.DOTALL)
    assert match, role
    return " ".join(match[1].replace("\\\n", " ").split())


@pytest.mark.parametrize("service", SERVICES)
def test_images_are_pinned(service: str):
    """No ``latest``: a stack that is started again is the same stack."""
    assert re.search(r":\d+\.\d+[\w.-]*$", SERVICES[service]["image"])


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_is_root(service: str):
    """Each container runs as a user with a number, without privileges to gain."""
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", SERVICES[service]["user"])
    assert SERVICES[service]["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in SERVICES[service]["security_opt"]


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"prepare"}))
def test_services_are_watched(service: str):
    """Each one that stays has a health check and comes back after a fault."""
    assert SERVICES[service]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert SERVICES[service]["restart"] == "unless-stopped"


def test_what_services_name_exists():
    """Volumes, networks, other services, files of this folder."""
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", ())) <= set(SERVICES), name
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DOCKER / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]
        if "build" in service:
            assert (DOCKER / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
            assert f" AS {service['build']['target']}\n" in DOCKERFILE


def test_only_the_proxy_has_a_door():
    """Databases have no port on the host and no way out."""
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["services"] == {"internal": True}
    assert [SERVICES[name]["networks"] for name in ("postgres", "redis", "solr")] == [["services"]] * 3


def test_variables_are_documented():
    """``.env.example`` lists the variables that are read, and no others."""
    text = (DOCKER / "compose.yaml").read_text()
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", text))
    listed = set(re.findall(r"^(\w+)=", (DOCKER / ".env.example").read_text(), re.MULTILINE))
    assert used | {"COMPOSE_PROJECT_NAME"} == listed


@pytest.mark.parametrize(
    "secret", ["ESS_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "ESS_ADMIN_PASSWORD"]
)
def test_secrets_have_no_default(secret: str):
    """Without them the stack refuses to start, and the example holds none."""
    text = (DOCKER / "compose.yaml").read_text()
    assert set(re.findall(rf"\$\{{{secret}(:?.?)", text)) == {":?"}
    assert f"\n{secret}=\n" in (DOCKER / ".env.example").read_text()


def test_copied_files_exist():
    """``COPY`` names files and folders of this repository."""
    sources = [
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    ]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_containers_run_files_that_were_copied():
    """Paths under ``/opt/ess`` in commands and checks are in the images."""
    used = set(re.findall(r"/opt/ess/[\w.]+\.\w+", (DOCKER / "compose.yaml").read_text() + ENTRYPOINT))
    copied = set(re.findall(r"docker/(?:solr/)?([\w.]+\.\w+)", DOCKERFILE))
    assert {Path(path).name for path in used} <= copied


def test_solr_schema_is_where_ckan_ships_it():
    """The path copied out of the portal's image is the one of an installed CKAN."""
    import ckan

    path = re.search(r"site-packages/ckan/(\S+schema\.xml) ", DOCKERFILE)
    assert path
    assert (Path(ckan.__file__).parent / path[1]).is_file()


@pytest.mark.parametrize("script", sorted(DOCKER.rglob("*.sh")), ids=lambda path: path.name)
def test_scripts_parse(script: Path):
    """``sh -n`` has nothing to say."""
    answer = subprocess.run(["/bin/sh", "-n", str(script)], check=False, capture_output=True, text=True)
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize(
    "path",
    sorted((PACKAGE / "embedded" / "solr").rglob("*.xml")),
    ids=lambda path: path.parent.name + path.name,
)
def test_solr_configurations_are_well_formed(path: Path):
    """Solr refuses a core for a missing angle bracket."""
    tags = {"config", "schema", "solr", "web-app", "Configure", "Configuration"}
    assert ET.parse(path).getroot().tag.rpartition("}")[2] in tags


def test_both_cores_have_their_configuration():
    """What the start script declares, the image holds."""
    cores = re.search(r"^for core in (.+); do$", (DOCKER / "solr" / "start.sh").read_text(), re.MULTILINE)
    assert cores
    assert {f"/opt/ess/configsets/{core}/conf/" in DOCKERFILE for core in cores[1].split()} == {True}
    assert set(cores[1].split()) == {CKAN, ACTIVITIES}


def test_roles_are_those_of_the_embedded_portal():
    """Containers run the commands that the embedded portal runs, and therefore tests."""
    folder = SimpleNamespace(ini=Path("INI"))
    fake: Any = SimpleNamespace(
        folder=folder, origin=SimpleNamespace(folder=None), url="http://127.0.0.1:5000"
    )
    embedded = {process.name: process.command for process in plan.ckan(fake)}
    assert role_command("clock") == f'exec python {" ".join(embedded["clock"][1:-1])} "$CKAN_INI"'
    for role, name in {"worker": "worker", "checks": "checks", "harvest": "harvest1"}.items():
        words = embedded[name][embedded[name].index("INI") + 1 :]
        assert role_command(role) == f'exec ckan -c "$CKAN_INI" {" ".join(words)}'
    assert embedded["web"][-1] == role_command("web").split()[-1]


def test_services_run_roles():
    """Every role of the entrypoint has its service, under its own name."""
    ours = {name: service["command"] for name, service in SERVICES.items() if "portal" in service["image"]}
    assert ours == {name: [name] for name in ("prepare", "web", *BACKGROUND)}
    for name in ours:
        assert role_command(name).startswith("exec ")


def test_web_server_options_exist():
    """gunicorn knows every option that it is started with."""
    words = re.sub(r'"\$\{\w+:-(\d+)\}"', r"\1", role_command("web")).replace("'", "").split()
    parsed = GunicornConfig().parser().parse_args(words[words.index("gunicorn") + 1 :])
    assert (parsed.workers, parsed.threads, parsed.worker_tmp_dir) == (4, 4, "/dev/shm")
    assert parsed.args == ["ckanext.ess.embedded.inside.wsgi:application"]


def test_configuration_is_complete(tmp_path: Path):
    """Secrets survive their way into CKAN's configuration, whatever their characters."""
    answer = configured(tmp_path, **SECRETS)
    assert (answer.returncode, answer.stderr) == (0, "")
    path = tmp_path / "ckan.ini"
    assert path.stat().st_mode & 0o777 == 0o600
    ini = configparser.ConfigParser()
    ini.read(path, encoding="utf-8")
    main = ini["app:main"]
    assert main["secret_key"] == "k%y"
    assert main["sqlalchemy.url"] == "postgresql://ckan:p%40ss%2Fw%3Ard@postgres/ckan"
    assert main["ckan.redis.url"].startswith("redis://:r%26dis@redis:6379/0?socket_timeout=")
    assert main["ckan.site_url"] == "https://donnees.example.org"
    assert main["session_cookie_secure"] == "true"
    assert "${" not in path.read_text()


def test_configuration_reaches_the_services(tmp_path: Path):
    """Hosts in the addresses are services of the stack, at the ports where they listen."""
    configured(tmp_path, **SECRETS)
    text = (tmp_path / "ckan.ini").read_text()
    hosts = set(re.findall(r"(?:@|http://)(postgres|redis|solr)\b", text))
    assert hosts == {"postgres", "redis", "solr"}
    assert "server web:5000;" in (DOCKER / "proxy" / "default.conf").read_text()
    assert "--bind=0.0.0.0:5000" in ENTRYPOINT


@pytest.mark.parametrize("missing", SECRETS)
def test_missing_variable_is_named(tmp_path: Path, missing: str):
    """One sentence, and no half-written file."""
    answer = configured(tmp_path, **{name: value for name, value in SECRETS.items() if name != missing})
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"The environment variable '{missing}' is not set")
    assert list(tmp_path.iterdir()) == []


def test_template_needs_nothing_more(tmp_path: Path):
    """The embedded portal's template and ``configure.py`` speak of the same values."""
    placeholders = set(re.findall(r"\$\{(\w+)\}", settings.TEMPLATE.read_text("utf-8")))
    code = (DOCKER / "configure.py").read_text()
    assert {name for name in placeholders if f'"{name}":' not in code} == set()


def test_versions_are_pinned_and_fit():
    """Each distribution that we ask for has one version in the constraints, allowed by our metadata."""
    lines = (DOCKER / "constraints.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    wanted = list(map(Requirement, requires("ckanext-ess") or ()))
    for requirement in wanted:
        marker = requirement.marker
        if not marker or any(marker.evaluate({"extra": name}) for name in ("ckan", "harvest", "dcat")):
            version = pinned[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), requirement
    assert f"ckan[requirements]=={pinned['ckan']}" in DOCKERFILE
    assert f"=={pinned['ckan']}" in {str(one.specifier) for one in wanted if one.name == "ckan"}


def test_compose_accepts_the_file(tmp_path: Path):
    """Compose's own reading of the file, where a compose command is installed."""
    command = shutil.which("docker-compose")
    if not command:
        pytest.skip("no docker-compose here: its own check of the file was not run")
    example = (DOCKER / ".env.example").read_text()
    (tmp_path / ".env").write_text(re.sub(r"=$", "=x", example, flags=re.MULTILINE))
    answer = subprocess.run(
        [command, "--env-file", str(tmp_path / ".env"), "-f", str(DOCKER / "compose.yaml"), "config"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert set(yaml.safe_load(answer.stdout)["services"]) == set(SERVICES)
