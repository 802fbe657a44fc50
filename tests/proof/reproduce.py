#!/usr/bin/env python3
"""Reaches the golden vectors from the specification in ARCHITECTURE.md alone.

Uses nothing but Python's standard library and shares no code with the program. Called with the
file of vectors it checks them all; called with packages (.qalam) it checks their seals.
"""

import base64
import hashlib
import json
import sys

# --- Canonical JSON: RFC 8785 with integers only ------------------------------------------------

ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def text(value):
    return '"' + "".join(ESCAPES.get(c) or ("\\u%04x" % ord(c) if c < " " else c) for c in value) + '"'


def canonical(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        assert abs(value) <= 2**53
        return str(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(one) for one in value) + "]"
    assert isinstance(value, dict), "no fractions"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(text(name) + ":" + canonical(value[name]) for name in names) + "}"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# --- Ed25519: RFC 8032, section 5.1.7 -----------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(one, two):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = two
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    assert y < P
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - xx) % P == 0
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def compressed(one):
    x, y, z, _ = one
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def public_of(seed):
    h = bytearray(hashlib.sha512(seed).digest()[:32])
    h[0] &= 248
    h[31] = h[31] & 127 | 64
    return compressed(times(int.from_bytes(h, "little"), BASE))


def verifies(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return compressed(times(s, BASE)) == compressed(add(point(signature[:32]), times(k, point(public))))


# --- Keys, statements, trail, packages ----------------------------------------------------------


def groups(data):
    return ["%05d" % int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def fingerprint(public):
    return " ".join(groups(hashlib.sha256(b"qalam-key/1 fingerprint\0" + public).digest()[:16]))


def paper(data):
    lines = []
    for number in range(4):
        line = groups(data[number * 8 : number * 8 + 8])
        check = 98 - int(str(number + 1) + "".join(line) + "00") % 97
        lines.append(" ".join(line) + " %02d" % check)
    return "\n".join(lines)


def pae(kind, payload):
    return b"DSSEv1 %d %s %d " % (len(kind), kind.encode(), len(payload)) + payload


def opened(envelope, public):
    """The statement in an envelope signed with this key."""
    read = json.loads(envelope)
    assert canonical(read).encode() == envelope, "another spelling"
    payload = base64.b64decode(read["payload"], validate=True)
    mine = [one for one in read["signatures"] if one["keyid"] == sha256(public)]
    assert len(mine) == 1
    assert verifies(public, pae(read["payloadType"], payload), base64.b64decode(mine[0]["sig"]))
    statement = json.loads(payload)
    assert canonical(statement).encode() == payload, "another spelling"
    return read["payloadType"], statement


def package(data):
    """The head and the parts of a package, once its seal is verified."""
    first, rest = data.split(b"\n", 1)
    assert first == b"qalam-package/1"
    line, rest = rest.split(b"\n", 1)
    head = json.loads(line)
    assert canonical(head).encode() == line
    lines = data[: len(data) - len(rest)]
    parts, cards = [], {}
    for part in head["parts"]:
        body, rest = rest[: part["bytes"]], rest[part["bytes"] :]
        assert sha256(body) == part["sha256"]
        parts.append((part, body))
        if part["kind"] == "key":
            card = json.loads(base64.b64decode(json.loads(body)["payload"]))
            public = base64.b64decode(card["key"])
            opened(body, public)
            cards[sha256(public)] = public
    kind, seal = opened(rest, cards[head["key"]])
    assert kind == "application/vnd.qalam.seal+json" and seal["format"] == "qalam-seal/1"
    assert seal["package"] == head["id"] and seal["head"] == sha256(lines)
    return head, parts, cards


def climb(leaf, index, count, path):
    """The root of a Merkle tree (RFC 6962) from a leaf and the hashes beside its way."""
    if count < 2:
        assert not path
        return leaf
    middle = 1 << (count - 1).bit_length() - 1
    top = bytes.fromhex(path[-1])
    if index < middle:
        return hashlib.sha256(b"\1" + climb(leaf, index, middle, path[:-1]) + top).digest()
    below = climb(leaf, index - middle, count - middle, path[:-1])
    return hashlib.sha256(b"\1" + top + below).digest()


def shared(data, public):
    """What a share of a batch approves."""
    share = json.loads(data)
    assert canonical(share).encode() == data, "another spelling"
    kind, batch = opened(canonical(share["batch"]).encode(), public)
    assert kind == "application/vnd.qalam.batch+json" and batch["format"] == "qalam-batch/1"
    assert share["index"] < batch["count"]
    leaf = hashlib.sha256(b"\0" + canonical(share["line"]).encode()).digest()
    assert climb(leaf, share["index"], batch["count"], share["path"]).hex() == batch["root"]
    return share["line"]


def check(vectors):
    assert canonical(vectors["canonical"]["value"]) == vectors["canonical"]["bytes"]
    for one in vectors["releases"]:
        assert canonical(one["value"]) == one["canonical"], one["name"]
        assert sha256(one["canonical"].encode()) == one["sha256"], one["name"]
    publics = {}
    for one in vectors["keys"]:
        seed = bytes.fromhex(one["seed"])
        public = public_of(seed)
        assert base64.b64encode(public).decode() == one["public"]
        assert sha256(public) == one["id"]
        assert fingerprint(public) == one["fingerprint"]
        assert paper(seed) == one["paper"]
        publics[one["id"]] = public
    one = vectors["pae"]
    assert pae(one["type"], one["payload"].encode()) == one["bytes"].encode()
    kind, card = opened(vectors["card"].encode(), publics[vectors["keys"][0]["id"]])
    assert kind == "application/vnd.qalam.key+json" and card["key"] == vectors["keys"][0]["public"]
    heads = {0: "0" * 64}
    for one in vectors["trail"]:
        entry = one["entry"]
        assert sha256(canonical(entry).encode()) == one["sha256"]
        assert entry["prev"] == heads[entry["seq"] - 1]
        heads[entry["seq"]] = one["sha256"]
    noted = {one["entry"]["proof"] for one in vectors["trail"]}
    for one in vectors["decisions"]:
        assert sha256(one["envelope"].encode()) == one["sha256"] and one["sha256"] in noted
        key = json.loads(base64.b64decode(json.loads(one["envelope"])["payload"]))["key"]
        kind, said = opened(one["envelope"].encode(), publics[key])
        assert kind == "application/vnd.qalam.decision+json" and said["format"] == "qalam-decision/1"
        assert said["release"] == vectors["releases"][0]["sha256"]
        assert heads[said["trail"]["seq"]] == said["trail"]["hash"]
    one = vectors["commented"]
    assert canonical(json.loads(one["comments"])) == one["comments"]
    assert sha256(one["comments"].encode()) == one["sha256"]
    key = json.loads(base64.b64decode(json.loads(one["decision"])["payload"]))["key"]
    kind, said = opened(one["decision"].encode(), publics[key])
    assert kind == "application/vnd.qalam.decision+json" and said["comments"] == one["sha256"]
    for one in vectors["shares"]:
        assert sha256(one["share"].encode()) == one["sha256"]
        signer = json.loads(one["share"])["batch"]["signatures"][0]["keyid"]
        assert len(shared(one["share"].encode(), publics[signer])["release"]) == 64
    for one in vectors["receipts"]:
        receipt = json.loads(one["record"])
        assert canonical(receipt) == one["record"] and receipt["format"] == "qalam-receipt/1"
        assert sha256(one["record"].encode()) == one["sha256"] and one["sha256"] in noted
        kind, said = opened(receipt["signed"].encode(), base64.b64decode(receipt["key"]))
        assert kind == "application/vnd.qalam.receipt+json" and said["format"] == "qalam-portal-receipt/1"
        assert all(said[name] == receipt[name] for name in ("draft", "release", "files", "received_at"))
        assert heads[said["trail"]["seq"]] == said["trail"]["hash"]
    head, parts, _ = package(base64.b64decode(vectors["package"]))
    assert head["release"] == sha256(next(body for part, body in parts if part["kind"] == "release"))


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith(b"qalam-package/"):
        package(data)
    else:
        check(json.loads(data))
    print(path, "ok")
