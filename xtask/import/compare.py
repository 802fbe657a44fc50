"""Our import beside `pandoc -f docx -t gfm` on the same files: time, and what each keeps.

Run by `cargo xtask bench import`: compare.py IMPORT FOLDER [QALAM_CLI]; IMPORT is the example `import` of the content
package. Both texts are judged alike: by what pandoc's own reader of Markdown makes of them. A feature counts one
when it is kept, a half when it is not but the person is told (our report; anything pandoc says), none when it is
lost or wrong without a word."""
import json, pathlib, re, statistics, subprocess, sys, time

import documents

IMPORT, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
CLI = sys.argv[3] if len(sys.argv) > 3 else None
ROUNDS = 15
# A program that takes long is asked less often.
ENOUGH_MS = 15_000


class Read:
    """What a tool made of a document."""

    def __init__(self, markdown, told, meta):
        self.markdown, self.told, self.meta = markdown, told, meta
        html = subprocess.run(["pandoc", "-f", "gfm", "-t", "html"], input=markdown, capture_output=True, text=True, check=True).stdout
        self.html = re.sub(r"\s+", " ", html)
        self.words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))

    def has(self, *patterns):
        return all(re.search(pattern, self.html, re.S) for pattern in patterns)

    def said(self, *words):
        return all(word in self.words for word in words)

    def tells(self, pattern):
        return bool(re.search(pattern, self.told, re.I | re.S))


def ours(path):
    answer = subprocess.run([IMPORT, str(path), "json"], capture_output=True, text=True, check=True)
    read = json.loads(answer.stdout)
    told = json.dumps({key: read[key] for key in ("report", "problems")}, ensure_ascii=False)
    return Read(read["markdown"], told, {"title": read["title"], "lang": read["lang"]})


def theirs(path):
    media = FOLDER / "media"
    answer = subprocess.run(["pandoc", "-f", "docx", "-t", "gfm", "-s", "--wrap=none", f"--extract-media={media}", "--verbose", str(path)],
                            capture_output=True, text=True, check=True)
    meta, text = {}, answer.stdout
    head = re.match(r"---\n(.*?)\n---\n", text, re.S)
    if head:
        text = text[head.end():]
        meta = dict(line.split(": ", 1) for line in head.group(1).splitlines() if ": " in line)
    # Extracting pictures is told always, and is no warning.
    told = "\n".join(line for line in answer.stderr.splitlines() if "Extracting" not in line)
    return Read(text, told, meta)


# By feature: whether it is kept, and what would tell that it is not.
KEPT = {
    "headings": (lambda d: d.has("<h1[^>]*>Aims", "<h2[^>]*>Means", "<h3[^>]*>Money"), "heading"),
    "title": (lambda d: "Sample campaign" in str(d.meta.get("title")), "title"),
    "emphasis": (lambda d: d.has("<strong>bold", "<em>slanted", "<(del|s)>struck"), "emphasis"),
    "arabic_bold": (lambda d: d.has("<strong>[^<]*مهم") or d.has("<strong>(<[^>]*>)*مهم"), "emphasis"),
    "bullets": (lambda d: d.has("<li>(<p>)?one.*<ul[^>]*>.*inner.*<ul[^>]*>.*innermost.*</ul>.*</ul>.*two"), "list"),
    "numbers": (lambda d: d.has("<ol[^>]*start=\"3\"[^>]*>.*third.*<ol[^>]*>.*inner.*</ol>.*fourth"), "number"),
    "item_of_two": (lambda d: d.has("<ul[^>]*>.*one.*still one.*two.*</ul>"), "list"),
    "table": (lambda d: d.has("<th[^>]*>(<[^>]*>)*\\s*District", "<td[^>]*>(<[^>]*>)*\\s*North"), "table"),
    "columns_spanned": (lambda d: d.has("colspan=\"2\""), "merged|span"),
    "rows_spanned": (lambda d: d.has("rowspan=\"2\""), "merged|span"),
    "mixed_cells": (lambda d: d.has("rowspan=\"2\"", "colspan=\"2\""), "merged|span"),
    "table_in_table": (lambda d: d.has("<table.*<table"), "nested_table"),
    "table_from_right": (lambda d: d.has("dir=\"rtl\"[^>]*>\\s*<table|<table[^>]*dir=\"rtl\"") or re.search(r"<t[hd][^>]*>\s*(<[^>]*>)*الإقليم", d.html) and not re.search("WHO.*الإقليم", d.html), "direction"),
    "footnote": (lambda d: d.has("footnote", "Its source"), "note"),
    "endnote": (lambda d: d.has("footnote", "Its source"), "note"),
    "picture": (lambda d: d.has("<img [^>]*alt=\"A green box\""), "picture"),
    "caption": (lambda d: d.said("Figure 1: doses by week"), "caption"),
    "picture_elsewhere": (lambda d: not d.has("<img"), "never"),
    "link": (lambda d: d.has("<a href=\"https://example.org/plan\"[^>]*>the plan"), "link"),
    "link_by_field": (lambda d: d.has("<a href=\"https://example.org/plan\"[^>]*>the plan"), "link|field"),
    "link_within": (lambda d: d.has("<a href=\"#([^\"]*)\".*id=\"\\1\""), "internal_link"),
    "raised": (lambda d: d.has("<sup>2</sup>", "<sub>2</sub>") or "m²" in d.html and "CO₂" in d.html, "raised"),
    "direction": (lambda d: d.has("dir=\"rtl\"[^>]*>\\s*(<p[^>]*>)?WHO"), "direction"),
    "insertion_deletion": (lambda d: d.said("thirty") and not d.said("twenty") and d.tells("insertion"), "insertion|deletion"),
    "moved": (lambda d: d.words.count("Moved words") == 1 and d.tells("move"), "move"),
    "comment": (lambda d: d.tells("Is this final") or d.said("Is this final"), "comment"),
    "language": (lambda d: d.meta.get("lang", "").startswith("fr"), "lang"),
    "quote": (lambda d: d.has("<blockquote>.*A quoted sentence"), "quote"),
    "code": (lambda d: d.has("<code>SELECT doses"), "code"),
    "formula": (lambda d: d.has("math") or "\\frac" in d.markdown, "formula"),
    "text_box": (lambda d: d.said("Words in a box"), "text_box"),
    "hidden": (lambda d: not d.said("secret") and d.tells("hidden"), "hidden"),
    "header": (lambda d: d.said("confidential"), "header"),
    "symbol": (lambda d: d.said("α"), "symbol"),
    "contents": (lambda d: not re.search("Aims… 1", d.words), "contents"),
    "line_break": (lambda d: d.has("First line\\s*<br ?/?>\\s*second line"), "break"),
    "control": (lambda d: d.said("Words of a control."), "control"),
}


def score(read, feature):
    kept, told = KEPT[feature]
    return 1 if kept(read) else 0.5 if read.tells(told) else 0


def through_libreoffice(names):
    """The same documents as LibreOffice writes them."""
    out = FOLDER / "libreoffice"
    out.mkdir(exist_ok=True)
    for kind, where in (("odt", FOLDER / "features"), ("docx", out)):
        subprocess.run(["nice", "soffice", "--headless", f"-env:UserInstallation=file://{FOLDER.resolve()}/profile", "--convert-to", kind, "--outdir", str(out),
                        *[str(where / f"{name}.{'docx' if kind == 'odt' else 'odt'}") for name in names]], check=True, capture_output=True)
    return out


def median_ms(run, rounds=ROUNDS):
    took = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        run()
        took.append((time.perf_counter() - began) * 1000)
        if len(took) > 4 and sum(took) > ENOUGH_MS:
            break
    # The first warms the disk cache and is not counted.
    return statistics.median(took[1:])


def quiet(*command):
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def faithful():
    places = {"written": FOLDER / "features"}
    places["written"].mkdir(parents=True, exist_ok=True)
    names = documents.of_features(places["written"])
    print(subprocess.run(["pandoc", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0])
    places["LibreOffice"] = through_libreoffice(names)
    print(f"{'':20}" + "".join(f"{place + ', ' + tool:>22}" for place in places for tool in ("ours", "pandoc")))
    sums = {}
    for name in names:
        row = []
        for place, folder in places.items():
            path = folder / f"{name}.docx"
            for tool, read in (("ours", ours), ("pandoc", theirs)):
                points = score(read(path), name)
                sums[place, tool] = sums.get((place, tool), 0) + points
                row.append(points)
        print(f"{name:20}" + "".join(f"{points:>22}" for points in row))
    print(f"{'sum of ' + str(len(names)):20}" + "".join(f"{points:>22}" for points in sums.values()))


def quick():
    large = FOLDER / "large"
    large.mkdir(parents=True, exist_ok=True)
    print("\nMilliseconds, median of up to %d; as a process: read the file, write the text to standard output." % ROUNDS)
    print(f"{'':16}{'kB':>8}{'ours':>10}{'pandoc':>10}{'ratio':>8}{'ours, without starting':>26}" + ("  qalam-cli import (desk, worker, pictures)" if CLI else ""))
    for name in documents.large(large):
        path = str(large / f"{name}.docx")
        us = median_ms(quiet(IMPORT, path))
        them = median_ms(quiet("pandoc", "-f", "docx", "-t", "gfm", path))
        inside = json.loads(subprocess.run([IMPORT, path, "times", str(ROUNDS)], capture_output=True, text=True, check=True).stdout)
        line = f"{name:16}{pathlib.Path(path).stat().st_size // 1000:>8}{us:>10.1f}{them:>10.1f}{us / them:>8.3f}{inside:>26.1f}"
        if CLI:
            store = FOLDER / "desk"
            whole = median_ms(quiet(CLI, "--store", str(store), "import", path))
            line += f"{whole:>12.1f}, {whole / them:.3f} of pandoc"
        print(line)


sys.stdout.reconfigure(line_buffering=True)
faithful()
quick()
