"""A finding as aligned lines of plain text."""

from __future__ import annotations

from contracts.run import Finding


def finding_lines(finding: Finding) -> tuple[tuple[str, str], ...]:
    """``(label, value)`` in the order in which a person asks."""
    return (
        ("observed", finding.observed),
        ("required", finding.required),
        ("where", f"{finding.where} of exchange {finding.exchange}"),
        ("authority", finding.authority),
        ("repeat", finding.curl),
    )


def finding_text(finding: Finding) -> str:
    return "\n".join(f"{label:<10} {value}" for label, value in finding_lines(finding))
