"""Typed reading of the environment; every refusal names the variable and the remedy."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
_env = environ.Env()


@dataclass(frozen=True)
class Environment:
    debug: bool
    demo: bool
    demo_password: str
    secret_key: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    data_dir: Path
    database: dict[str, object]
    redis_url: str
    email: dict[str, object]
    email_from: str
    site_url: str
    trusted_proxies: int
    """How many proxies in front add to X-Forwarded-For and set X-Forwarded-Proto."""
    clock: str

    @property
    def relaxed(self) -> bool:
        """True on a demo or a developer's machine: no HTTPS, hosts of loopback only."""
        return self.debug or self.demo


def read() -> Environment:
    """Read the process environment once.

    Raises ImproperlyConfigured when a production start lacks SECRET_KEY or
    ALLOWED_HOSTS, when TIDTAM_CLOCK is set outside DEMO and DEBUG, or when TRUSTED_PROXIES is no count.
    """
    debug, demo = _env.bool("DEBUG", False), _env.bool("DEMO", False)
    relaxed = debug or demo
    data_dir = Path(_env.str("DATA_DIR", "") or BASE_DIR / "data").expanduser().resolve()
    clock = _env.str("TIDTAM_CLOCK", "")
    if clock and not relaxed:
        raise ImproperlyConfigured("TIDTAM_CLOCK works only with DEMO=1 or DEBUG=1: unset it.")
    allowed_hosts = _hosts(relaxed=relaxed)
    return Environment(
        debug=debug,
        demo=demo,
        demo_password=_env.str("DEMO_PASSWORD", ""),
        secret_key=_env.str("SECRET_KEY", "") or _kept_key(data_dir, relaxed=relaxed),
        allowed_hosts=allowed_hosts,
        csrf_trusted_origins=_env.list("CSRF_TRUSTED_ORIGINS", default=[]),
        data_dir=data_dir,
        database=_database(data_dir),
        redis_url=_env.str("REDIS_URL", ""),
        email=_email(),
        email_from=_env.str("DEFAULT_FROM_EMAIL", "") or "tidtam@localhost",
        site_url=_env.str("SITE_URL", "") or _site_url(allowed_hosts, relaxed=relaxed),
        trusted_proxies=_proxies(relaxed=relaxed),
        clock=clock,
    )


def _hosts(*, relaxed: bool) -> list[str]:
    hosts: list[str] = _env.list("ALLOWED_HOSTS", default=[])
    if hosts:
        return hosts
    if relaxed:
        return ["127.0.0.1", "localhost", "[::1]"]
    raise ImproperlyConfigured("Set ALLOWED_HOSTS, for example ALLOWED_HOSTS=tidtam.example.go.th")


def _proxies(*, relaxed: bool) -> int:
    said = _env.str("TRUSTED_PROXIES", "").strip()
    if not said:
        return 0 if relaxed else 1
    if not (said.isascii() and said.isdigit()) or int(said) > 10:
        raise ImproperlyConfigured("TRUSTED_PROXIES is the number of proxies in front: 0 to 10.")
    return int(said)


def _site_url(hosts: list[str], *, relaxed: bool) -> str:
    """Where links of mails lead: the first host that is allowed by name."""
    named = [host.lstrip(".") for host in hosts if host != "*"]
    return "http://127.0.0.1:8000" if relaxed or not named else f"https://{named[0]}"


def _kept_key(data_dir: Path, *, relaxed: bool) -> str:
    if not relaxed:
        raise ImproperlyConfigured("Set SECRET_KEY to 50 or more random characters.")
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _database(data_dir: Path) -> dict[str, object]:
    url = _env.str("DATABASE_URL", "") or f"sqlite:///{data_dir / 'tidtam.sqlite3'}"
    config: dict[str, object] = dict(_env.db_url_config(url))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # DEFERRED transactions fail with "database is locked" as soon as two people save at once.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
            "PRAGMA busy_timeout=20000;PRAGMA cache_size=-20000;",
        }
        # In memory, SQLite refuses at once where a file would wait for the other thread.
        config["TEST"] = {"NAME": data_dir / "test.sqlite3"}
    else:
        config["CONN_MAX_AGE"] = 600
        config["CONN_HEALTH_CHECKS"] = True
    return config


def _email() -> dict[str, object]:
    return dict(_env.email_url_config(_env.str("EMAIL_URL", "") or "consolemail://"))
