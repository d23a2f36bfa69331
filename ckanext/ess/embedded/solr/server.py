"""Solr as one Java process: its home folder, its command line, its cores."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ckanext.ess.embedded import binaries, loopback
from ckanext.ess.embedded.errors import PackageMissing
from ckanext.ess.embedded.folder import Folder
from ckanext.ess.embedded.ports import HOST

HERE = Path(__file__).parent
#: Configuration sets, each a folder of ``home/configsets`` that any number of cores can share.
CKAN, ACTIVITIES = "ckan", "ess_activities"
MEMORY = "512m"


@dataclass(frozen=True)
class Solr:
    """Where Solr keeps its cores and listens."""

    folder: Folder
    port: int

    @property
    def home(self) -> Path:
        """Solr's home: configuration sets and cores."""
        return self.folder.solr / "home"

    @property
    def webapp(self) -> Path:
        """The web application: nothing but its descriptor."""
        return self.folder.solr / "webapp"

    @property
    def arguments(self) -> Path:
        """Java's argument file: 130 jars are too many for a list of processes."""
        return self.folder.solr / "java.args"

    def url(self, core: str) -> str:
        """Address of a core."""
        return f"http://{HOST}:{self.port}/solr/{core}"

    def prepare(self, jars: Iterable[Path], cores: Mapping[str, str]) -> None:
        """Write home, web application and argument file; cores that are there keep their index.

        Args:
            jars: Solr's own.
            cores: configuration set of each core, by name.
        """
        descriptor = self.webapp / "WEB-INF" / "web.xml"
        descriptor.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "server" / "web.xml", descriptor)
        self.home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "server" / "solr.xml", self.home / "solr.xml")
        self._write_configsets()
        for core, configset in cores.items():
            self._declare(core, configset)
        self.arguments.write_text("\n".join(self._java_options(jars)) + "\n", "utf-8")

    def _write_configsets(self) -> None:
        conf = self._conf(CKAN)
        shutil.copytree(HERE / "conf", conf, dirs_exist_ok=True)
        shutil.copyfile(ckan_schema(), conf / "schema.xml")
        shutil.copytree(HERE / "activities", self._conf(ACTIVITIES), dirs_exist_ok=True)

    def _conf(self, configset: str) -> Path:
        return self.home / "configsets" / configset / "conf"

    def _declare(self, core: str, configset: str) -> None:
        place = self.home / core
        place.mkdir(exist_ok=True)
        (place / "core.properties").write_text(f"name={core}\nconfigSet={configset}\n", "utf-8")

    def _java_options(self, jars: Iterable[Path]) -> list[str]:
        properties = {
            "solr.solr.home": self.home,
            "ess.solr.port": self.port,
            "ess.solr.webapp": self.webapp,
            "log4j2.configurationFile": HERE / "server" / "log4j2.xml",
            "java.io.tmpdir": self.folder.solr / "tmp",
            "java.util.logging.config.file": HERE / "server" / "logging.properties",
            "solr.log.dir": self.folder.log.parent,
            "disableAdminUI": "true",
            "user.timezone": "UTC",
            "java.awt.headless": "true",
        }
        (self.folder.solr / "tmp").mkdir(exist_ok=True)
        options = [f"-Xmx{MEMORY}", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"]
        options += ["--enable-native-access=ALL-UNNAMED"]
        options += [quoted(f"-D{name}={value}") for name, value in properties.items()]
        classpath = quoted(":".join(str(jar) for jar in jars))
        return [
            *options,
            "-cp",
            classpath,
            "org.eclipse.jetty.xml.XmlConfiguration",
            quoted(HERE / "server" / "jetty.xml"),
        ]

    def command(self) -> list[str]:
        """The server, in the foreground."""
        return [str(binaries.java()), f"@{self.arguments}"]

    def answers(self, core: str = CKAN) -> bool:
        """True once a core answers queries."""
        try:
            answer = loopback.get_json(f"{self.url(core)}/select?q=*:*&rows=0&wt=json")
            return answer["responseHeader"]["status"] == 0
        except (OSError, ValueError, KeyError):
            return False


def ckan_schema() -> Path:
    """The schema that the installed CKAN ships.

    Raises:
        PackageMissing: CKAN is not installed.
    """
    package = binaries.package_folder("ckan") if importlib.util.find_spec("ckan") else None
    if not package:
        raise PackageMissing("error.python", package="ckan")
    return package / "config" / "solr" / "schema.xml"


def quoted(value: object) -> str:
    """A word of Java's argument file."""
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
