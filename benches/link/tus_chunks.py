#!/usr/bin/env python3
"""tus_chunks.py ADDRESS.json FOLDER CHUNK: sends the files of a folder as a usual tus client does: one after another,
in requests of CHUNK bytes, asking where it stands after a failure."""
import base64, hashlib, http.client, json, os, sys, time
from urllib.parse import urlsplit
address = json.load(open(sys.argv[1])); folder = sys.argv[2]; chunk = int(sys.argv[3]); at = urlsplit(address['url'])
line = None
def ask(method, path, body=None, **headers):
    global line
    while True:
        try:
            if line is None: line = http.client.HTTPConnection(at.hostname, at.port, timeout=8)
            line.request(method, path, body=body, headers={'Tus-Resumable': '1.0.0', 'Authorization': 'Bearer ' + address['token'], **{k.replace('_', '-'): v for k, v in headers.items()}})
            answer = line.getresponse(); answer.read(); return answer
        except (OSError, http.client.HTTPException):
            line = None; time.sleep(1)
            if method == 'PATCH': return None
def b64(text): return base64.b64encode(text.encode()).decode()
for name in sorted(os.listdir(folder)):
    data = open(os.path.join(folder, name), 'rb').read()
    meta = f"sha256 {b64(hashlib.sha256(data).hexdigest())},filename {b64(name)},mime {b64('application/pdf')}"
    place = urlsplit(ask('POST', '/v1/uploads', Upload_Length=str(len(data)), Upload_Metadata=meta).getheader('Location')).path
    offset = 0
    while offset < len(data):
        answer = ask('PATCH', place, data[offset:offset + chunk], Upload_Offset=str(offset), Content_Type='application/offset+octet-stream')
        if answer is None or answer.status != 204: answer = ask('HEAD', place)
        offset = int(answer.getheader('Upload-Offset'))
