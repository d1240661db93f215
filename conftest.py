"""The pytest door at the root: ``pytest --target URL`` judges a server, one test item a clause."""

pytest_plugins = ["contracts.door"]
