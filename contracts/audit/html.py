"""An audit as one HTML page, in the clothes of the gate's report: no network, no script, every value escaped."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contracts.audit.report import by_family, counted, findings, notes, verdict
from contracts.audit.tally import Tally
from contracts.report.body import lines, visible
from contracts.spec.members import Pattern


def render(tally: Tally, members: tuple[Pattern, ...], *, strict: bool) -> bytes:
    """The page, in UTF-8."""
    environment = Environment(
        loader=PackageLoader("contracts.audit"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    style = files("contracts.report").joinpath("templates", "report.css").read_text(encoding="utf-8")
    word, reason = verdict(tally, strict=strict)
    page = environment.get_template("audit.html.j2").render(
        word=word,
        reason=reason,
        tally=tally,
        counted=counted(tally),
        families=by_family(tally),
        findings=[(one, lines(one.first.body, one.first.where)) for one in findings(tally)],
        notes=list(notes(tally, members)),
        style=Markup(style),  # noqa: S704 - our own file
        style_hash="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return page.encode("utf-8", errors="backslashreplace")
