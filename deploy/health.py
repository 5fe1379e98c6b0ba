"""Whether the web server of this container answers. It asks as the reverse proxy would."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main() -> int:
    """Exit code 0 if it does; run by the container's health check."""
    host = urlsplit(os.environ["BASE_URL"]).netloc
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    connection.request("GET", "/health/ready", headers=headers)
    return 0 if connection.getresponse().status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
