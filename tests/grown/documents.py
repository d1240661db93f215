"""The pinned document grown by eight writable members, and made tighter in several ways."""

from contracts.spec.document import pinned

EIGHT = {
    "tier": {"type": "string", "enum": ["basic", "silver", "gold"], "description": "How good a customer it is."},
    "visits": {"type": "integer", "minimum": 0, "maximum": 1000, "description": "How often the shop was visited."},
    "tags": {"type": "array", "items": {"type": "string", "maxLength": 30}, "maxItems": 5, "description": "Words."},
    "newsletter": {"type": "boolean", "description": "Whether letters are wanted."},
    "last_seen": {"type": "string", "format": "date-time", "description": "When the customer was last there."},
    "preferences": {
        "type": "object",
        "description": "What is preferred.",
        "properties": {"language": {"type": "string"}, "currency": {"type": "string", "maxLength": 12}},
    },
    "balance": {"type": "number", "minimum": 0, "description": "What is on the account."},
    "nickname": {"type": "string", "nullable": True, "maxLength": 40, "description": "What friends say."},
}


def grown():
    """The pinned document with all of ``EIGHT``."""
    document = pinned()
    document["components"]["schemas"]["CustomerBase"]["properties"] |= EIGHT
    return document


def with_member(schema):
    """The pinned document with one member more, called ``more``."""
    document = pinned()
    document["components"]["schemas"]["CustomerBase"]["properties"]["more"] = schema
    return document


def required_source_id():
    document = pinned()
    document["components"]["schemas"]["Customer"]["allOf"][0]["required"] = ["source_id"]
    return document


def short_name():
    document = pinned()
    document["components"]["schemas"]["CustomerBase"]["properties"]["name"]["maxLength"] = 5
    return document


def required_members():
    document = grown()
    document["components"]["schemas"]["Customer"]["allOf"][0]["required"] = ["source_id", "tier", "visits", "tags"]
    return document


def without_address():
    document = pinned()
    del document["components"]["schemas"]["CustomerBase"]["properties"]["address"]
    return document


TIGHTER = {
    "required source_id": required_source_id,
    "short name": short_name,
    "required members": required_members,
    "no address": without_address,
}
