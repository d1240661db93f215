"""Does a server keep the contract of Voucherify's customers API (``POST /v1/customers``)?"""

from __future__ import annotations

__version__ = "0.1.0"
