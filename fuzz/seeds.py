#!/usr/bin/env python3
"""Puts the documents of tests/fixtures/word into the corpora of import_docx and import_odt, part after part, as
these targets take them. Run: fuzz/seeds.py"""
import pathlib, zipfile

HERE = pathlib.Path(__file__).resolve().parent
FILES = HERE.parent / "tests" / "fixtures" / "word"
PARTS = {
    "import_docx": ("letter.docx", ["word/document.xml", "word/styles.xml", "word/numbering.xml", "word/footnotes.xml",
                                    "word/comments.xml", "word/_rels/document.xml.rels"]),
    "import_odt": ("letter.odt", ["content.xml", "styles.xml"]),
}

for target, (name, parts) in PARTS.items():
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(FILES / name) as file:
        held = [file.read(part) if part in file.namelist() else b"" for part in parts]
    (folder / name).write_bytes(b"\xff".join(held))
    (folder / f"{name}.text").write_bytes(held[0])
