"""A run that a hostile server could have caused, and one with a finding of each kind; made by hand."""

from msgspec.structs import replace

from contracts.record.exchange import Answer, Exchange, Request
from contracts.record.run import ClauseOutcome, Finding, Footer, Header, Run, count_outcomes

EVIL = '</script><script>window.evil=1</script><img src=x onerror="window.evil=1"> | `x` {{7*7}} @someone'
JSON = (("Content-Type", "application/json"),)


def answered(number, body, status=200, headers=JSON, **more):
    request = Request("smoke", "POST", "/v1/customers", JSON, b'{"name":"Ada"}')
    return Exchange(number, request, Answer(status, headers, body, 0.01, **more))


def finding(clause, exchange, where, observed="4612.5", level="MUST"):
    return Finding(
        clause, level, exchange, where, observed, "an integer", "spec #/components/schemas/Customer", "curl x"
    )


def made(exchanges, findings=(), outcomes=(), **header):
    outcomes = outcomes or tuple(
        ClauseOutcome(
            name, f"Title of {name}", level, "spec #/paths", word, findings=sum(f.clause == name for f in findings)
        )
        for name, level, word in (
            ("money.integer", "MUST", "fail"),
            ("dates.form", "SHOULD", "warn"),
            ("echo.strings", "MUST", "pass"),
            ("errors.shape", "OBSERVE", "observed"),
        )
    )
    kept = Header("http://127.0.0.1:1", "2026-01-02T03:04:05.006+00:00", 1, 60, "contracts-00000000-", "lenient", False)
    kept = replace(kept, **{"spec": "spec/openapi.yaml", "tool": "voucherify-contracts 0.1.0", **header})
    counts = count_outcomes(outcomes)
    footer = Footer("violated", 1, "not kept", len(exchanges), len(findings), len(outcomes), counts, (), (), 1.0)
    return Run(kept, tuple(exchanges), tuple(outcomes), tuple(findings), footer)


MONEY = b'{"id":"cust_1","summary":{"orders":{"total_amount":9225,"average_amount":4612.50}},"evil":"'
HOSTILE = made(
    [
        answered(1, MONEY + EVIL.replace('"', '\\"').encode() + b'"}', headers=(*JSON, ("X-Evil", EVIL))),
        answered(2, b'{"broken": "\xff\xfe\x00\x1b[31m', headers=()),
        answered(3, b"[" + b'"x",' * 50_000 + b'{"deep":1}]'),
        answered(4, b"[" * 100_000),
        answered(5, b'{"a":"' + b"y" * 8_000_000 + b'","late":1e2}', cut="the answer is longer than 8 MiB"),
        Exchange(6, Request("case", "POST", "/v1/customers", body=b"\xff"), None, "no answer within 10 s"),
    ],
    [
        finding("money.integer", 1, "$.summary.orders.average_amount"),
        finding("money.integer", 5, "$.late", EVIL),
        finding("money.integer", 3, "$[50000].deep"),
        finding("dates.form", 1, "$.summary.orders.gone", "absent", "SHOULD"),
        finding("dates.form", 2, "header X-Evil", EVIL, "SHOULD"),
    ],
)
