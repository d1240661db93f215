"""``report.html``: one file that a person opens, sends on, reads on a telephone. It needs no network.

What a hostile server answered stands in it, so it is escaped twice over: by the template, and by a content security
policy that lets no script run but the report's own, named by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contracts.record.run import Run
from contracts.report import view
from contracts.report.body import visible
from contracts.report.text import NEEDS, also

MOST_PLACES = 50
MOST_MEMBERS = 500


def render(run: Run) -> bytes:
    """The run as one HTML document, in UTF-8."""
    environment = Environment(
        loader=PackageLoader("contracts.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"visible": visible, "also": lambda group: visible(also(group))}
    script, style = _part("report.js"), _part("report.css")
    html = environment.get_template("report.html.j2").render(
        run=run,
        families=view.families(run),
        not_judged=view.not_judged(run),
        findings=list(view.findings(run)),
        steps=list(view.steps(run)),
        notes=(*(run.coverage.notes if run.coverage else ()), *run.footer.notes),
        exchanges_left_out=max(0, len(run.exchanges) - view.MOST_EXCHANGES),
        most_places=MOST_PLACES,
        needs=NEEDS,
        most_members=MOST_MEMBERS,
        script=Markup(script),  # noqa: S704 - our own file
        style=Markup(style),  # noqa: S704 - our own file
        script_hash=_hash(script),
        style_hash=_hash(style),
    )
    return html.encode("utf-8", errors="backslashreplace")


def _part(name: str) -> str:
    return files("contracts.report").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
