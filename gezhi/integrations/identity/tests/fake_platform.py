"""A small platform on loopback: codes, tokens and messages as the real one answers them, and what it does when it is out of sorts."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class FakePlatform:
    """`codes` are good once. `mood`: "" fine, "gone" hangs up, "broken" no JSON, "busy" an error of its own."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.tokens = ["token-1", "token-2", "token-3"]
        self.given: list[str] = []
        self.stale: set[str] = set()
        self.refusing: dict[str, int] = {}
        self.sent: list[dict[str, Any]] = []
        self.mood = ""
        self.asked: list[str] = []

    def answer(self, path: str, query: dict[str, str], body: Any) -> Any:
        self.asked.append(path)
        ways = {
            "/sns/jscode2session": self.session,
            "/cgi-bin/stable_token": self.token,
            "/cgi-bin/message/subscribe/send": self.message,
        }
        return ways[path](query, body)

    def session(self, query: dict[str, str], body: Any) -> Any:
        if query["appid"] != "app" or query["secret"] != "secret":
            return {"errcode": 40013, "errmsg": "invalid appid"}
        identity = self.codes.pop(query["js_code"], None)
        if identity is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        return {"openid": identity, "session_key": "a key that nobody keeps"}

    def token(self, query: dict[str, str], body: Any) -> Any:
        token = self.tokens.pop(0)
        self.given.append(token)
        return {"access_token": token, "expires_in": 7200}

    def message(self, query: dict[str, str], body: Any) -> Any:
        if query["access_token"] in self.stale or query["access_token"] not in self.given:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        if code := self.refusing.get(body["touser"]):
            return {"errcode": code, "errmsg": "no"}
        self.sent.append(body)
        return {"errcode": 0, "errmsg": "ok"}


@contextmanager
def running(platform: FakePlatform) -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.respond(None)

        def do_POST(self) -> None:
            self.respond(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def respond(self, body: Any) -> None:
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            if platform.mood == "gone":
                self.connection.close()
                return
            if platform.mood == "busy":
                self.send_error(502)
                return
            told = "<html>" if platform.mood == "broken" else json.dumps(platform.answer(address.path, query, body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told.encode())

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
