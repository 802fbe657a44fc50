#!/usr/bin/env python3
"""witness.py SITE.json EXPECTED.tsv: asks a WordPress over its own REST what it holds, and says whether that is exactly
what was approved. It shares no line with Qalam and believes only what it reads and hashes itself.

EXPECTED.tsv: draft, release hash, language=title ... (joined by '|'), paths of files (joined by '|')."""
import base64, hashlib, json, sys, urllib.parse, urllib.request

site = json.load(open(sys.argv[1]))
admin = next(user for user in site["users"] if user["login"] == "admin")
author = next(user for user in site["users"] if user["login"] == "author")
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
faults = []


def ask(path, user=admin, whole=False):
    """JSON at a path below the REST root, or whatever is at a whole address."""
    url = path if path.startswith("http") else site["url"] + "/wp-json" + path
    # Addresses of files come with their letters as they are.
    parts = urllib.parse.urlsplit(url)
    url = urllib.parse.urlunsplit(parts._replace(path=urllib.parse.quote(parts.path, safe="/%")))
    login = base64.b64encode(f"{user['login']}:{user['app_password']}".encode()).decode()
    answer = direct.open(urllib.request.Request(url, headers={"Authorization": f"Basic {login}"}), timeout=120)
    if whole:
        digest = hashlib.sha256()
        while piece := answer.read(1 << 20):
            digest.update(piece)
        return digest.hexdigest()
    return json.load(answer), int(answer.headers.get("X-WP-TotalPages") or 1)


def all_of(route, statuses):
    found, page, pages = [], 1, 1
    while page <= pages:
        part, pages = ask(f"/wp/v2/{route}?context=edit&per_page=100&page={page}&orderby=id&order=asc{statuses}")
        found += part
        page += 1
    return found


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


approved, wanted_files = {}, {}
for line in open(sys.argv[2], encoding="utf-8"):
    draft, release, titles, files = line.rstrip("\n").split("\t")
    files = {sha256_of(path): path for path in files.split("|") if path}
    wanted_files.update(files)
    approved[draft] = (release, dict(one.split("=", 1) for one in titles.split("|")), set(files))

# Every post there is, of any type and in any state, the trash included.
ANY = "&status=publish,future,draft,pending,private,trash"
posts = {}
for name, kind in ask("/wp/v2/types?context=edit")[0].items():
    if name in ("attachment", "nav_menu_item") or name.startswith("wp_"):
        continue
    for post in all_of(kind["rest_base"], ANY):
        meta = post.get("meta") or {}
        key = (meta.get("qalam_draft", ""), meta.get("qalam_lang", ""))
        posts.setdefault(key, []).append((post, meta))
for (draft, lang), found in posts.items():
    named = f"post {[post['id'] for post, _ in found]} ({draft} {lang})"
    if draft not in approved or lang not in approved[draft][1]:
        faults.append(f"{named}: was never approved")
    elif len(found) > 1:
        faults.append(f"{named}: more than once")
    else:
        post, meta = found[0]
        release, titles, _ = approved[draft]
        if meta.get("qalam_release") != release:
            faults.append(f"{named}: release {meta.get('qalam_release')}, approved {release}")
        if post["title"]["raw"] != titles[lang]:
            faults.append(f"{named}: title {post['title']['raw']!r}, approved {titles[lang]!r}")
        if post["status"] != "pending":
            faults.append(f"{named}: is {post['status']}")
for draft, (release, titles, files) in approved.items():
    for lang in titles:
        if (draft, lang) not in posts:
            faults.append(f"{draft} {lang}: not there")
    # The release as it is stored, hashed here once more: members by code point, no white space.
    try:
        item, _ = ask(f"/qalam/v1/items/{draft}", author)
    except OSError as error:
        faults.append(f"{draft}: {error}")
        continue
    content = json.dumps(item["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    computed = hashlib.sha256(content.encode()).hexdigest()
    if computed != release:
        faults.append(f"{draft}: the stored release hashes to {computed}, approved {release}")
    if {one["sha256"] for one in item["content"]["attachments"]} != files:
        faults.append(f"{draft}: names other files")

# Every file in the library, downloaded and hashed.
media, bytes_read = {}, 0
for entry in all_of("media", ""):
    computed = ask(entry["source_url"], whole=True)
    media.setdefault(computed, []).append(entry["id"])
    bytes_read += entry.get("media_details", {}).get("filesize") or 0
for computed, ids in media.items():
    if computed not in wanted_files:
        faults.append(f"file {ids}: {computed} belongs to nothing approved")
    elif len(ids) > 1:
        faults.append(f"file {ids}: {computed} more than once")
for computed, path in wanted_files.items():
    if computed not in media:
        faults.append(f"{path}: not there")

held = sum(len(found) for found in posts.values())
print(f"WordPress {site['wp_version']} on {site['db']}, asked directly: {held} posts of {len(approved)} approved releases, {len(media)} files of {len(wanted_files)}.")
for fault in faults[:50]:
    print(f"  FAULT {fault}")
print("Exactly what was approved, once, with equal hashes." if not faults else f"{len(faults)} faults.")
sys.exit(1 if faults else 0)
