"""Gives the practice portal something to be fuzzed about: an item, uploads. Usage: seed.py URL TOKEN FOLDER."""
import base64
import hashlib
import json
import pathlib
import sys
import urllib.request

url, token, folder = sys.argv[1:]
folder = pathlib.Path(folder)
first = json.loads(pathlib.Path("../../assets/contract/examples/put.json").read_text("utf-8"))


def send(method, path, body=None, **headers):
    headers = {key.replace("_", "-"): value for key, value in headers.items()}
    headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url + path, body, headers, method=method)
    return urllib.request.urlopen(request, timeout=10)


def dictionary(name, entries):
    def quoted(entry):
        return '"' + entry.replace("\\", "\\\\").replace('"', '\\"') + '"'

    text = "".join(f"{quoted(entry)}\n" for entry in entries)
    (folder / f"{name}.dict").write_text(text, "utf-8")


item = json.loads(first["release"])["draft"]
send(
    "PUT",
    f"/v1/items/{item}",
    json.dumps(first).encode(),
    If_None_Match="*",
    Content_Type="application/json",
)
uploads = []
for number in range(20):
    sha256 = hashlib.sha256(bytes(40 + number)).hexdigest()
    pairs = {"sha256": sha256, "filename": f"{number}.txt", "mime": "text/plain"}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    answer = send(
        "POST",
        "/v1/uploads",
        b"",
        Tus_Resumable="1.0.0",
        Upload_Length=str(40 + number),
        Upload_Metadata=metadata,
    )
    uploads.append(answer.headers["Location"].rsplit("/", 1)[-1])
dictionary("upload", uploads)
dictionary("release", [first["release"]])
