"""Two revisions of an OpenAPI document, compared by what goes over the wire: what changed, and whom it breaks."""

from contracts.drift.revisions.comparison import revisions as revisions
