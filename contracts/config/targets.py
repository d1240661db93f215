"""``contracts.toml``, or ``[tool.contracts]`` of ``pyproject.toml``: targets by name, for ``gate --on NAME``.

[targets.sandbox]
cluster = "us1.api"                       # or url = "https://…"
app_id = "${SANDBOX_APP_ID}"              # a variable of the environment, never the secret itself
app_token = "${SANDBOX_APP_TOKEN}"
known_customers = ["somebody-with-orders"]
without = ["delete"]
budget = 50                               # and the other options, by their names with underscores

[targets.shop]
url = "https://shop.example"
spec = "shop.yaml"
[targets.shop.credentials]                # a key for each security scheme of its document
bearer = "${SHOP_TOKEN}"
login = "${SHOP_USER}:${SHOP_PASSWORD}"   # HTTP basic
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.config.options import Option, options, suggestion
from contracts.config.toml import read_toml
from contracts.errors import UsageError
from contracts.spec.security import APP_ID, APP_TOKEN, OAUTH_TOKEN, variable_of

FILES = ("contracts.toml", "pyproject.toml")
SECRETS = {"app_id": APP_ID, "app_token": APP_TOKEN, "oauth_token": OAUTH_TOKEN}
_OPTIONS = {option.field: option for option in options("file")}
_TEXTS = ("url", "cluster", *SECRETS)
_KEYS = (*_TEXTS, "credentials", *_OPTIONS)
_VARIABLE = re.compile(r"\$\{(\w+)\}\Z")
_SECRET = re.compile(r"\$\{(\w+)\}(?::\$\{(\w+)\})?")
"""One variable, or for HTTP basic the user's and the password's."""


@dataclass(frozen=True)
class TargetConfig:
    """One named target. ``options`` are those of a run, by their fields; ``environment`` its credentials."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    schemes: dict[str, str] = field(default_factory=dict)
    """The security schemes that have a secret in the file, each with its file and line."""

    def check_schemes(self, declared: Collection[str]) -> None:
        """Raises UsageError for a scheme that the document does not declare."""
        for scheme, where in self.schemes.items():
            if scheme not in declared:
                known = suggestion(scheme, declared) or f"; it declares {', '.join(declared) or 'none'}"
                raise UsageError(f"{where}: the document has no security scheme {scheme!r}{known}")

    def over(self, environment: Mapping[str, str]) -> dict[str, str]:
        """``environment`` with the credentials of the file where it has none of its own."""
        return {**self.environment, **{key: value for key, value in environment.items() if value}}


def find_config(explicit: Path | None) -> Path:
    """The configuration file: the one named, or the first of ``FILES`` that is here. Raises UsageError."""
    if explicit is not None:
        return explicit
    for name in FILES:
        path = Path(name)
        if path.is_file() and (name != "pyproject.toml" or "[tool.contracts" in path.read_text("utf-8", "replace")):
            return path
    raise UsageError("--on needs contracts.toml here (or [tool.contracts] in pyproject.toml), or --config FILE")


def read_target(path: Path, name: str, environment: Mapping[str, str], clusters: tuple[str, ...]) -> TargetConfig:
    """The target ``name`` in the file at ``path``. Raises UsageError that names file, key and line."""
    text, content = read_toml(path)
    if path.name == "pyproject.toml":
        tool = content.get("tool")
        content = tool.get("contracts", {}) if isinstance(tool, dict) else {}
        if not isinstance(content, dict):
            raise UsageError(f"{path}: tool.contracts is no table; write [tool.contracts.targets.NAME]")
    reading = _Reading(path, text.splitlines())
    if unknown := [key for key in content if key != "targets"]:
        raise reading.error(unknown[0], f"unknown key {unknown[0]!r}; the one there is: targets")
    targets = content.get("targets", {})
    if not isinstance(targets, dict):
        raise reading.error("targets", "targets is no table; write [targets.NAME]")
    for target, entries in targets.items():
        reading.check(target, entries)
    if name not in targets:
        raise UsageError(f"{path}: has no target {name!r}; there are {', '.join(targets) or 'none'}")
    return _target(reading, name, targets[name], environment, clusters)


@dataclass(frozen=True)
class _Reading:
    path: Path
    lines: list[str]

    def error(self, key: str, text: str, target: str = "") -> UsageError:
        return UsageError(f"{self.path}, line {self.line(key, target)}: {text}")

    def line(self, key: str, target: str) -> int:
        """Where ``key`` stands, below the header of its target."""
        start = 0
        if target:
            header = re.compile(rf'\s*\[.*targets\.["\']?{re.escape(target)}["\']?\s*\]')
            start = next((n for n, line in enumerate(self.lines) if header.match(line)), 0)
        wanted = re.compile(rf'\s*\[?["\']?{re.escape(key)}["\']?\s*[=.\]]')
        return next((n for n, line in enumerate(self.lines[start:], start) if wanted.match(line)), start) + 1

    def check(self, target: str, entries: Any) -> None:
        if not isinstance(entries, dict):
            raise self.error(target, f"targets.{target} is no table; write [targets.{target}]")
        for key, value in entries.items():
            if key not in _KEYS:
                hint = suggestion(key, _KEYS) or f"; there are {', '.join(_KEYS)}"
                raise self.error(key, f"unknown key {key!r} in targets.{target}{hint}", target)
            option = _OPTIONS.get(key, Option(key, ""))
            types = (dict,) if key == "credentials" else _types(option)
            if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
                names = " or ".join(kind.__name__ for kind in types)
                raise self.error(key, f"{key} in targets.{target} is {type(value).__name__}, not {names}", target)
            if isinstance(value, list) and not all(isinstance(one, str) for one in value):
                raise self.error(key, f"{key} in targets.{target} is no list of texts", target)
            if option.choices and value not in option.choices:
                choices = " or ".join(option.choices)
                raise self.error(key, f"{key} in targets.{target} is {value!r}, not {choices}", target)
            if key == "credentials" and isinstance(value, dict):
                self.check_credentials(target, value)
            if key in SECRETS and not _VARIABLE.match(str(value)):
                text = f"{key} in targets.{target} is no ${{VARIABLE}}: a secret does not stand in a file"
                raise self.error(key, text, target)

    def check_credentials(self, target: str, table: dict[str, Any]) -> None:
        for scheme, value in table.items():
            if not isinstance(value, str) or not _SECRET.fullmatch(value):
                raise self.error(
                    scheme,
                    f"{scheme} in targets.{target}.credentials is no ${{VARIABLE}}, nor ${{USER}}:${{PASSWORD}}: "
                    "a secret does not stand in a file",
                )


def _types(option: Option) -> tuple[type, ...]:
    """What a value of TOML may be."""
    if option.repeatable:
        return (list,)
    return {float: (int, float), Path: (str,)}.get(option.type, (option.type,))


def _value(option: Option, value: Any) -> Any:
    """As the other doors give it."""
    if option.repeatable:
        return tuple(option.type(one) for one in value)
    return option.type(value)


def _target(
    reading: _Reading, name: str, entries: dict[str, Any], environment: Mapping[str, str], clusters: tuple[str, ...]
) -> TargetConfig:
    secrets = {
        variable: _variable(reading, name, key, entries[key], environment)
        for key, variable in SECRETS.items()
        if key in entries and not environment.get(variable)
    }
    schemes: dict[str, str] = {}
    for scheme, value in entries.get("credentials", {}).items():
        schemes[scheme] = f"{reading.path}, line {reading.line(scheme, f'{name}.credentials')}"
        if not environment.get(variable_of(scheme)):
            secrets[variable_of(scheme)] = _secret(reading, name, scheme, value, environment)
    plain = {key: _value(_OPTIONS[key], value) for key, value in entries.items() if key in _OPTIONS}
    url, cluster = entries.get("url"), entries.get("cluster")
    if cluster is not None and url is not None:
        raise reading.error("cluster", f"targets.{name} has both url and cluster; keep one", name)
    if cluster is not None:
        if cluster not in clusters:
            raise reading.error("cluster", f"there is no cluster {cluster!r}; there are {', '.join(clusters)}", name)
        url = f"https://{cluster}.voucherify.io"
    if url is None:
        raise reading.error(name, f"targets.{name} has neither url nor cluster")
    return TargetConfig(name, {"target": url, **plain}, secrets, schemes)


def _secret(reading: _Reading, target: str, scheme: str, text: str, environment: Mapping[str, str]) -> str:
    """The value of ``${VARIABLE}``, or of two with a colon between them."""
    return ":".join(_variable(reading, target, scheme, part, environment) for part in re.findall(r"\$\{\w+\}", text))


def _variable(reading: _Reading, target: str, key: str, text: str, environment: Mapping[str, str]) -> str:
    match = _VARIABLE.match(text)
    name = match[1] if match else ""
    if not environment.get(name):
        raise reading.error(
            key, f"{key} in targets.{target} needs {name} in the environment, and it is not set", target
        )
    return environment[name]


def clusters_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The clusters of the document's ``servers`` block."""
    for server in document.get("servers") or ():
        enum = server.get("variables", {}).get("cluster", {}).get("enum") if isinstance(server, dict) else None
        if isinstance(enum, list):
            return tuple(str(one) for one in enum)
    return ()
