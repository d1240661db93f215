"""The app's own tests: what its authors thought of, and no more. Named so that our own pytest does not collect them."""

import sys

from shop import Members

members = Members()
member = members.join("shop-1", "Ann", email="ann@example.com", metadata={"tier": "gold"})
assert member["id"]
assert members.join("shop-1", "Ann Lee")
members.rename(member["id"], "Ann Smith")
members.get(member["id"])
members.first(2)
members.join("shop-2", "Bob")
members.join("shop-3", "Cleo")
members.first(2)
members.leave(member["id"])
members.get(member["id"])
members.session.headers.clear()
members.get(member["id"])
sys.exit(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
