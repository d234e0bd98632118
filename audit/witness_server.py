"""`python -m audit.witness_server FOLDER --name NAME --log VKEY …`: a witness over HTTP.

Behind a reverse proxy with TLS in production. Answers `POST /add-checkpoint` (C2SP tlog-witness)
and on `GET /` says its verifier key and what it last saw of each log.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, TextIO

from audit import note
from audit.errors import KeyMalformed
from audit.note import VerifierKey
from audit.witness import MAX_BODY, Answer, Witness, create_key

TIMEOUT_SECONDS: Final = 10
USAGE: Final = 2


class WitnessServer(ThreadingHTTPServer):
    """Bound on construction, not yet serving; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, witness: Witness, host: str, port: int) -> None:
        super().__init__((host, port), Handler)
        self.witness = witness


class Handler(BaseHTTPRequestHandler):
    """One connection; the witness does the thinking."""

    server: WitnessServer
    protocol_version = "HTTP/1.1"
    timeout = TIMEOUT_SECONDS
    server_version = "ujikom-witness"
    sys_version = ""

    def do_POST(self) -> None:
        """Judge a checkpoint."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/add-checkpoint":
            self._refuse(Answer(404, "not found\n"))
        elif not length.isdecimal() or int(length) > MAX_BODY:
            self._refuse(Answer(400, "length\n"))
        else:
            self._answer(self.server.witness.add_checkpoint(self.rfile.read(int(length))))

    def do_GET(self) -> None:
        """Say who this is."""
        witness = self.server.witness
        if self.path != "/":
            self._answer(Answer(404, "not found\n"))
            return
        seen = [f"{witness.seen(origin).body}\n" for origin in witness.logs]
        self._answer(Answer(200, f"{witness.key.vkey}\n\n{''.join(seen)}"))

    def log_message(self, *args: object) -> None:
        """Say one line a submission, without the caller's address."""
        if self.command == "POST":
            _say(f"{int(time.time())} {self.requestline} {args[2]}")

    def _refuse(self, answer: Answer) -> None:
        """Answer and hang up, for the body was not read."""
        self.close_connection = True
        self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        data = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def serve_witness(
    folder: Path, *, name: str, logs: Sequence[VerifierKey], host: str, port: int
) -> None:
    """Serve until interrupted; makes the witness's key on the first run."""
    create_key(folder)
    witness = Witness(folder, name, logs, lambda: int(time.time()))
    with WitnessServer(witness, host, port) as server:
        _say(f"witness  {witness.key.vkey}")
        _say(f"listens  http://{host}:{server.server_port}/add-checkpoint")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            _say("stopped")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m audit.witness_server", description=__doc__)
    parser.add_argument("folder", type=Path, help="key and state of this witness")
    parser.add_argument("--name", required=True, help="key name, such as saksi.example.ac.id/w1")
    parser.add_argument(
        "--log", required=True, action="append", help="a watched log's verifier key"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010)
    options = parser.parse_args(arguments)
    try:
        logs = [note.parse_vkey(vkey) for vkey in options.log]
    except KeyMalformed as error:
        _say(f"--log is no verifier key: {error}", sys.stderr)
        return USAGE
    serve_witness(
        options.folder, name=options.name, logs=logs, host=options.host, port=options.port
    )
    return 0


def _say(line: str, stream: TextIO | None = None) -> None:
    print(line, file=stream or sys.stdout, flush=True)


if __name__ == "__main__":
    sys.exit(main())
