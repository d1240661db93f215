"""A shop's products: a client's key (``sku``), a server's key (``id``), money, dates, a list, free-form attributes."""

import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar

from starlette.routing import Route

from tests.others import web
from tests.others.web import Api, Refused

DOCUMENT = Path(__file__).with_name("products.yaml")
OVERLAY = Path(__file__).with_name("products.overlay.yaml")
TOKEN = "shop-token-7c1d9e52b4"

CHANGE = {
    "title": web.text(1, 120),
    "description": web.or_null(web.text(0, 2000)),
    "price": web.integer(0, 10**8),
    "stock": web.integer(0, 10_000),
    "weight": web.number(0),
    "is_discontinued": web.boolean,
    "kind": web.one_of("goods", "service", "voucher"),
    "tags": web.list_of(web.text(1, 30), 10),
    "available_from": web.a_date,
    "attributes": web.an_object,
}
DRAFT = {"sku": web.text(1, 64, r"[A-Za-z0-9._-]+"), **CHANGE}


def texts_of(value):
    """Free-form JSON with every number in it as text."""
    if isinstance(value, dict):
        return {name: texts_of(below) for name, below in value.items()}
    if isinstance(value, list):
        return [texts_of(below) for below in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def changed(name, change):
    """What an answer shows, with its member ``name`` changed where it is there and not null."""
    return lambda shown: {**shown, name: change(shown[name])} if shown.get(name) is not None else shown


SHOWN_WRONG = {
    "drops-tags": changed("tags", lambda tags: []),
    "drops-weight": lambda shown: {name: value for name, value in shown.items() if name != "weight"},
    "cuts-title": changed("title", lambda title: title[:20]),
    "trims-tags": changed("tags", lambda tags: [tag[:5] for tag in tags]),
    "retypes-stock": changed("stock", str),
    "float-price": changed("price", float),
    "price-in-euros": changed("price", lambda price: price // 100),
    "day-off": changed("available_from", lambda day: (date.fromisoformat(day) + timedelta(days=1)).isoformat()),
    "attributes-as-text": changed("attributes", texts_of),
    "lower-case-sku": changed("sku", str.lower),
    "no-zone": changed("created_at", lambda moment: moment.rstrip("Z")),
}


class Products(Api):
    FAULTS: ClassVar = {
        "drops-tags": "tags come back empty",
        "drops-weight": "weight does not come back",
        "cuts-title": "a title is cut after 20 characters",
        "trims-tags": "each tag is cut after 5 characters",
        "retypes-stock": "stock comes back as text",
        "float-price": "price comes back with a fraction, 1999.0",
        "price-in-euros": "price comes back divided by 100",
        "day-off": "available_from comes back a day later",
        "attributes-as-text": "numbers in attributes come back as text",
        "lower-case-sku": "sku comes back in lower case",
        "no-zone": "created_at has no zone",
        "takes-any-kind": "a kind that the document does not list is taken",
        "takes-any-stock": "stock of any type and size is taken",
        "crashes-on-null": "500 where description is null",
        "crashes-on-full-tags": "500 where there are ten tags",
        "crashes-on-voucher": "500 where kind is voucher",
        "crashes-on-emoji": "500 where a title has a character beyond U+FFFF",
        "ignores-sku": "a known sku makes a second product",
        "created-moves": "created_at moves with each write",
        "updated-before-created": "updated_at lies before created_at",
        "counts-writes-as-sales": "each write counts as a sale",
        "delete-does-nothing": "204, and the product is still there",
        "delete-200": "deleting answers 200 and the product",
        "unauthenticated-read": "reading asks for no token",
        "any-token": "every token is the right one",
        "stale-read": "reading shows the state before the last write",
        "patch-replaces": "PATCH forgets what was not sent",
        "patch-writes-nothing": "PATCH shows the change, and keeps nothing of it",
        "writes-though-refused": "what is refused is written all the same",
        "list-ignores-kind": "the filter by kind lets everything through",
        "list-misses-last": "the list lacks the product made last",
        "pages-overlap": "a page begins with the last product of the page before",
    }
    VARIANTS: ClassVar = {
        "pretty": "JSON is indented, and the media type has a charset",
        "more-members": "answers have a member that the document does not declare",
        "other-zone": "times are in another zone, with milliseconds",
        "null-description": "description is null where none was sent",
        "refuses-controls": "control characters in a text are refused with 422",
    }

    def __init__(self, fault=None, variant=None):
        super().__init__(fault, variant)
        self.products = {}  # by id, in the order of creation
        self.before = {}  # by id, what it was before the last write

    def is_let_in(self, request):
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if self.fault == "unauthenticated-read" and request.method == "GET" and "id" in request.path_params:
            return True
        return scheme.lower() == "bearer" and (token == TOKEN or (self.fault == "any-token" and bool(token)))

    def shown(self, product):
        made = SHOWN_WRONG.get(self.fault, dict)(product)
        if self.variant == "more-members":
            made = {**made, "links": {"self": f"/products/{product['id']}"}}
        return {"description": None, **made} if self.variant == "null-description" else made

    def write(self, product, fields, moment):
        if self.fault == "crashes-on-null" and "description" in fields and fields["description"] is None:
            raise ValueError("null")
        if self.fault == "crashes-on-full-tags" and len(fields.get("tags", ())) == 10:
            raise ValueError("tags")
        if self.fault == "crashes-on-voucher" and fields.get("kind") == "voucher":
            raise ValueError("voucher")
        if self.fault == "crashes-on-emoji" and any(ord(char) > 0xFFFF for char in fields.get("title", "")):
            raise ValueError("emoji")
        self.before[product["id"]] = dict(product)
        if self.fault == "created-moves":
            product["created_at"] = moment
        if self.fault == "counts-writes-as-sales":
            product["sales"] = {**product["sales"], "count": product["sales"]["count"] + 1}
        product |= {
            **fields,
            "updated_at": "2001-01-01T00:00:00Z" if self.fault == "updated-before-created" else moment,
        }

    def fields(self, sent, checks, required=()):
        try:
            fields = self.checked(sent, checks, required)
        except Refused:
            if self.fault == "writes-though-refused":
                good = {name: value for name, value in sent.items() if name in checks and checks[name](value)}
                known = next((p for p in self.products.values() if p["sku"] == good.get("sku")), None)
                if known is not None:
                    self.write(known, good, web.now(self.variant))
            raise
        if self.variant == "refuses-controls" and any(
            ord(char) < 32 and char != "\n" for value in fields.values() if isinstance(value, str) for char in value
        ):
            raise Refused(422, "a control character")
        return fields

    async def save(self, request):
        sent = await web.body_of(request)
        with self.lock:
            fields = self.fields(sent, DRAFT, ("sku", "title", "price"))
            moment = web.now(self.variant)
            known = next((p for p in self.products.values() if p["sku"] == fields["sku"]), None)
            if known is not None and self.fault != "ignores-sku":
                self.write(known, fields, moment)
                return self.answer(200, self.shown(known))
            product = {
                "id": str(uuid.uuid4()),
                "kind": "goods",
                "tags": [],
                "is_discontinued": False,
                "created_at": moment,
                "sales": {"count": 0, "revenue": 0},
            }
            self.write(product, fields, moment)
            self.products[product["id"]] = product
            return self.answer(201, self.shown(product))

    def found(self, request):
        product = self.products.get(request.path_params["id"])
        if product is None:
            raise Refused(404, "there is no such product")
        return product

    async def read(self, request):
        with self.lock:
            product = self.found(request)
            before = self.before[product["id"]]
            return self.answer(200, self.shown(before if self.fault == "stale-read" and "sku" in before else product))

    async def change(self, request):
        sent = await web.body_of(request)
        with self.lock:
            product = self.found(request)
            fields = self.fields(sent, CHANGE)
            if self.fault == "patch-writes-nothing":
                return self.answer(200, self.shown({**product, **fields}))
            if self.fault == "patch-replaces":
                for name in CHANGE.keys() - {"title", "price", "kind", "tags", "is_discontinued"} - fields.keys():
                    product.pop(name, None)
            self.write(product, fields, web.now(self.variant))
            return self.answer(200, self.shown(product))

    async def delete(self, request):
        with self.lock:
            product = self.found(request)
            if self.fault != "delete-does-nothing":
                del self.products[product["id"]]
            return self.answer(200, self.shown(product)) if self.fault == "delete-200" else self.answer(204)

    async def list(self, request):
        query = request.query_params
        limit, page = _whole(query, "limit", 20, 50), _whole(query, "page", 1, 10**6)
        sort = query.get("sort", "-created_at")
        if "kind" in query and not CHANGE["kind"](query["kind"]):
            raise Refused(400, "kind is wrong")
        if sort.removeprefix("-") not in ("created_at", "sku"):
            raise Refused(400, "sort is wrong")
        with self.lock:
            found = list(self.products.values())
        if self.fault == "list-misses-last":
            found = found[:-1]
        if "kind" in query and self.fault != "list-ignores-kind":
            found = [product for product in found if product["kind"] == query["kind"]]
        if sort.endswith("sku"):
            found.sort(key=lambda product: product["sku"])
        if sort.startswith("-"):
            found.reverse()
        first = (page - 1) * limit - (1 if self.fault == "pages-overlap" and page > 1 else 0)
        items = [self.shown(product) for product in found[first : first + limit]]
        return self.answer(200, {"items": items, "total": len(found)})

    def asgi(self):
        return self.app(
            [
                Route("/products", self.endpoint(self.list), methods=["GET"]),
                Route("/products", self.endpoint(self.save), methods=["POST"]),
                Route("/products/{id}", self.endpoint(self.read), methods=["GET"]),
                Route("/products/{id}", self.endpoint(self.change), methods=["PATCH"]),
                Route("/products/{id}", self.endpoint(self.delete), methods=["DELETE"]),
            ]
        )


def _whole(query, name, default, most):
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most):
        raise Refused(400, f"{name} is wrong")
    return int(text)
