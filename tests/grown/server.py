"""A customers server that takes the eight new members as well, checks every value by hand, and may have one defect.

A defect is a member and what is done to it: ``dropped``, ``altered``, ``retyped``, ``unchecked``, or ``crash`` on
values that satisfy a test.
"""

import copy
import secrets

from starlette.routing import Route

from tests.others import web
from tests.others.web import Api, Refused

ADDRESS = {name: web.text() for name in ("city", "state", "line_1", "line_2", "country", "postal_code")}


def parts(checks):
    return lambda v: isinstance(v, dict) and all(checks[name](one) for name, one in v.items() if name in checks)


def _any_finite(v):
    return web.number(0)(v)


OLD = {
    **{name: web.text() for name in ("id", "source_id", "name", "description", "email", "phone")},
    "birthdate": web.a_date,
    "birthday": web.a_date,
    "address": web.or_null(parts(ADDRESS)),
    "metadata": web.an_object,
}
NEW = {
    "tier": web.one_of("basic", "silver", "gold"),
    "visits": web.integer(0, 1000),
    "tags": web.list_of(web.text(0, 30), 5),
    "newsletter": web.boolean,
    "last_seen": web.a_moment,
    "preferences": parts({"language": web.text(), "currency": web.text(0, 12)}),
    "balance": _any_finite,
    "nickname": web.or_null(web.text(0, 40)),
}
ALTERED = {
    "tier": lambda v: "basic" if v != "basic" else "silver",
    "visits": lambda v: min(v + 1, 1000) if v < 1000 else 999,
    "tags": lambda v: sorted(v, reverse=True)[:2],
    "newsletter": lambda v: True,
    "last_seen": lambda v: f"{v[:17]}00.000Z" if v[17:19] != "00" else v[:11] + "01" + v[13:],
    "preferences": lambda v: {name: one.lower() for name, one in v.items()},
    "balance": lambda v: round(v),
    "nickname": lambda v: v and v[:10],
}
RETYPED = {
    "tier": lambda v: [v],
    "visits": str,
    "tags": ",".join,
    "newsletter": str,
    "last_seen": lambda v: 1600000000,
    "preferences": str,
    "balance": str,
    "nickname": lambda v: [v],
}
CRASHES = {
    "tier": lambda v: v == "gold",
    "visits": lambda v: v == 0,
    "tags": lambda v: v == [],
    "newsletter": lambda v: v is False,
    "last_seen": lambda v: isinstance(v, str) and v.upper().endswith("Z") and v[5:10] == "02-29",
    "preferences": lambda v: isinstance(v, dict) and "currency" not in v,
    "balance": lambda v: v == 0,
    "nickname": lambda v: v is None,
}


class Customers(Api):
    """``checks`` are the members it takes, ``required`` must be there in a create, ``defect`` is one of a member."""

    def __init__(self, checks, required=(), member="", defect=""):
        super().__init__()
        self.checks, self.required, self.member, self.defect = checks, required, member, defect
        self.by_id = {}
        self.app_id, self.app_token = secrets.token_hex(8), secrets.token_hex(12)

    def is_let_in(self, request):
        headers = request.headers
        return headers.get("x-app-id") == self.app_id and headers.get("x-app-token") == self.app_token

    async def upsert(self, request):
        sent = await web.body_of(request)
        self._crash(sent)
        checks = {n: c for n, c in self.checks.items() if not (self.defect == "unchecked" and n == self.member)}
        taken = self.checked(sent, checks, self.required) | {n: sent[n] for n in self.checks if n in sent}
        with self.lock:
            found = self._named(taken.get("id")) or self._called(taken.get("source_id"))
            if found is None:
                found = {"id": f"cust_{secrets.token_hex(10)}", "created_at": web.now(), "held": {}}
                if "source_id" in taken:
                    found["source_id"] = taken["source_id"]
                self.by_id[found["id"]] = found
            held = found["held"]
            for name, value in taken.items():
                if name == "metadata":
                    held[name] = {**held.get(name, {}), **value}
                elif name not in ("id", "source_id"):
                    held[name] = value
            found["updated_at"] = web.now()
            return self.answer(200, self._shown(copy.deepcopy(found)))

    async def read(self, request):
        with self.lock:
            found = self._any(request.path_params["name"])
            if found is None:
                raise Refused(404, "there is no such customer")
            return self.answer(200, self._shown(copy.deepcopy(found)))

    async def delete(self, request):
        with self.lock:
            found = self._any(request.path_params["name"])
            if found is None:
                raise Refused(404, "there is no such customer")
            del self.by_id[found["id"]]
            return self.answer(204)

    def routes(self):
        one = "/v1/customers/{name:path}"
        return [
            Route("/v1/customers", self.endpoint(self.upsert), methods=["POST"]),
            Route(one, self.endpoint(self.read), methods=["GET"]),
            Route(one, self.endpoint(self.delete), methods=["DELETE"]),
        ]

    def _crash(self, sent):
        if self.defect == "crash" and self.member in sent and CRASHES[self.member](sent[self.member]):
            raise RuntimeError(self.member)

    def _named(self, name):
        return self.by_id.get(name) if isinstance(name, str) else None

    def _called(self, source):
        found = (one for one in self.by_id.values() if source and one.get("source_id") == source)
        return next(found, None)

    def _any(self, name):
        return self._named(name) or self._called(name)

    def _shown(self, found):
        held = {name: value for name, value in found.pop("held").items() if value is not None or name != "email"}
        if self.member in held and self.defect == "dropped":
            del held[self.member]
        change = {"altered": ALTERED, "retyped": RETYPED}.get(self.defect, {}).get(self.member)
        if change is not None and held.get(self.member) is not None:
            held[self.member] = change(held[self.member])
        counts = ("total_redeemed", "total_failed", "total_succeeded", "total_rolled_back")
        redemptions = dict.fromkeys((*counts, "total_rollback_failed", "total_rollback_succeeded"), 0)
        redemptions |= {"gift": {"redeemed_amount": 0, "amount_to_go": 0}}
        redemptions |= {"loyalty_card": {"redeemed_points": 0, "points_to_go": 0}}
        orders = dict.fromkeys(("total_amount", "total_count", "average_amount", "last_order_amount"), 0)
        return {
            **found,
            **{name: value for name, value in held.items() if value is not None or name in ("address", "nickname")},
            "metadata": held.get("metadata", {}),
            "summary": {"redemptions": redemptions, "orders": orders},
            "loyalty": {"points": 0, "referred_customers": 0, "campaigns": {}},
            "referrals": {"total": 0, "campaigns": []},
            "object": "customer",
        }
