"""A real single-node Apache Kafka on this machine, for `fundguard up --kafka` and for the tests.

Everything it writes lives under one data folder, the ports included: a broker that was killed comes
back under the same address with the same topics.
"""

import base64
import hashlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

logger = logging.getLogger(__name__)

POM = Path(__file__).parents[2] / "deploy" / "kafka" / "pom.xml"
MAVEN_COPY = ("mvn", "-q", "-B", "dependency:copy-dependencies")
START_SECONDS = 60.0  # 2 s on an idle machine; a slow disk after a kill needs far more

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={logs}
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""

LOGGING = """\
status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %m (%c{1})%n
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
"""


class BrokerUnavailable(RuntimeError):
    """Kafka could not be fetched or started; the message says what to do."""


def kafka_jars(say: Callable[[str], None] = logger.info) -> Path:
    """Return the folder with the server's jars, fetching them once from Maven Central."""
    if home := os.environ.get("KAFKA_HOME"):
        return Path(home) / "libs"
    if not POM.exists() or shutil.which("mvn") is None:
        raise BrokerUnavailable(
            "No Kafka here: set KAFKA_HOME to an unpacked Apache Kafka, or install Maven and run"
            " from a checkout."
        )
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "fundguard"
    jars = cache / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
    if not jars.exists():
        say(f"Fetching Apache Kafka into {jars} (44 MB, once) ...")
        _fetch(jars)
    return jars


def _fetch(jars: Path) -> None:
    jars.parent.mkdir(parents=True, exist_ok=True)
    arriving = Path(tempfile.mkdtemp(dir=jars.parent, prefix="kafka-arriving-"))
    maven = subprocess.run(
        [*MAVEN_COPY, "-f", str(POM), f"-DoutputDirectory={arriving}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if maven.returncode:
        shutil.rmtree(arriving)
        raise BrokerUnavailable(f"Maven could not fetch Kafka:\n{maven.stdout[-2000:]}")
    try:
        arriving.rename(jars)
    except OSError:  # another process was first
        shutil.rmtree(arriving)


class KafkaBroker:
    """One broker on 127.0.0.1; `with KafkaBroker(folder) as broker:` runs it."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        heap: str = "512m",
        say: Callable[[str], None] = logger.info,
    ) -> None:
        self.folder = folder.absolute()
        self._heap = heap
        self._say = say
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """The address for clients, `127.0.0.1:port`; known once the broker was started."""
        for line in self._properties.read_text().splitlines():
            if line.startswith("advertised.listeners="):
                return line.rpartition("//")[2]
        raise BrokerUnavailable(f"{self._properties} names no address; remove {self.folder}.")

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start, and return once the broker answers; the data of an earlier run is kept."""
        if shutil.which("java") is None:
            raise BrokerUnavailable("Apache Kafka needs Java 17 or newer on the PATH.")
        jars = kafka_jars(self._say)
        if not self._properties.exists():
            self._format(jars)
        self._end_orphan()
        with (self.folder / "kafka.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._java(jars, f"-Xmx{self._heap}", "kafka.Kafka", str(self._properties)),
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C must reach the workers first, the broker last
            )
        self._pid_file.write_text(str(self._process.pid))
        self._wait_until_ready()

    def stop(self, grace_seconds: float = 20.0) -> None:
        """End the broker: SIGTERM, and SIGKILL after the grace."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End the broker as a power cut would (SIGKILL); `start` brings it back."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "kafka.pid"

    def _end_orphan(self) -> None:
        """End a broker of this very folder that outlived a killed parent: it holds the locks."""
        if not self._pid_file.exists():
            return
        pid = int(self._pid_file.read_text())
        command_line = Path(f"/proc/{pid}/cmdline")
        while command_line.exists() and str(self._properties) in command_line.read_text():
            os.kill(pid, signal.SIGTERM)
            time.sleep(0.2)

    def _format(self, jars: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "log4j2.properties").write_text(LOGGING)
        port, controller_port = _free_ports()
        unfinished = self.folder / "server.properties.unformatted"
        unfinished.write_text(
            PROPERTIES.format(
                port=self._port or port,
                controller_port=controller_port,
                logs=self.folder / "logs",
            )
        )
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = ["kafka.tools.StorageTool", "format", "--ignore-formatted"]
        done = subprocess.run(
            self._java(jars, *tool, "-t", cluster_id, "-c", str(unfinished)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BrokerUnavailable(f"Kafka could not format {self.folder}:\n{done.stdout}")
        unfinished.rename(self._properties)

    def _java(self, jars: Path, *arguments: str) -> list[str]:
        logging_file = self.folder / "log4j2.properties"
        quick_start = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
        setting = f"-Dlog4j2.configurationFile={logging_file}"
        return ["java", *quick_start, setting, "-cp", f"{jars}/*", *arguments]

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if _answers(self.bootstrap):
                return
            time.sleep(0.05)
        self.kill()
        tail = (self.folder / "kafka.log").read_text(errors="replace")[-2000:]
        raise BrokerUnavailable(f"Kafka did not start in {self.folder}:\n{tail}")


def _answers(bootstrap: str) -> bool:
    """Whether a broker at `bootstrap` serves clients (a bare TCP accept comes earlier)."""
    host, _, port = bootstrap.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=2000)
    except (OSError, KafkaError):
        return False
    try:
        return any(not broker["is_fenced"] for broker in admin.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        admin.close()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]
