"""A small app: it keeps its members in the customers API."""

import os

import requests


class Members:
    def __init__(self):
        self.url = os.environ["SHOP_API"] + "/v1/customers"
        self.session = requests.Session()
        self.session.headers.update({"X-App-Id": os.environ["SHOP_ID"], "X-App-Token": os.environ["SHOP_TOKEN"]})

    def join(self, number, name, **more):
        answer = self.session.post(self.url, json={"source_id": number, "name": name, **more}, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def rename(self, id_, name):
        self.session.put(f"{self.url}/{id_}", json={"name": name}, timeout=60).raise_for_status()

    def get(self, id_):
        answer = self.session.get(f"{self.url}/{id_}", timeout=60)
        return answer.json() if answer.ok else None

    def leave(self, id_):
        self.session.delete(f"{self.url}/{id_}", timeout=60).raise_for_status()

    def first(self, count):
        return self.session.get(self.url, params={"limit": count}, timeout=60).json()
