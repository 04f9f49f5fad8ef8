"""Officers' programs: they speak to the interface over HTTP with a token, and a new key for each decision."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from httpx import Client, Response

from tests.cases.scenes import PASSWORD
from tests.web.conftest import PLAIN, Night

keys = (f"program-{number:06d}" for number in itertools.count())


class Program:
    """One officer's program, signed in over HTTP; it reads English."""

    def __init__(self, address: str, username: str) -> None:
        self.client = Client(base_url=address, timeout=60, cookies={"warroom_language": "en"}, verify=PLAIN)
        token = self.done("/sign-in", username=username, password=PASSWORD)["token"]
        self.client.headers["authorization"] = f"Bearer {token}"

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, key: str = "", **body: Any) -> Response:
        headers = {"Idempotency-Key": key or next(keys)}
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def done(self, path: str, **body: Any) -> Any:
        """What came of something that must be done."""
        answer = self.post(path, **body)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json() if answer.content else None

    def approve(self, path: str) -> Any:
        """Approve what lies on the table, as it is seen."""
        return self.done(f"{path}/approve", digest=self.get(path)["digest"])


@contextmanager
def programs(night: Night, address: str) -> Iterator[Callable[..., Program]]:
    """`one("kan", "custodian")` is an officer with a program; `agency` is the code of theirs."""
    made: list[Program] = []

    def one(username: str, *roles: str, agency: str = "Police") -> Program:
        night.officer(username, *roles, agency=agency)
        made.append(Program(address, username))
        return made[-1]

    yield one
    for program in made:
        program.client.close()
