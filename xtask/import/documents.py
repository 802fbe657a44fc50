"""Documents in the shapes Word writes, one for each thing that can be lost, and large ones. Everything in them is
invented. `of_features(folder)` and `large(folder)` write them."""
import pathlib, struct, zipfile, zlib
from xml.sax.saxutils import escape

SPACES = " ".join(f'xmlns:{name}="{address}"' for name, address in {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "v": "urn:schemas-microsoft-com:vml",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}.items())
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml."
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def png(width, height, colour):
    raw = b"".join(b"\0" + bytes(colour) * width for _ in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def r(text, look=""):
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(*runs, style="", more=""):
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    runs = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{style}{more}</w:pPr>{runs}</w:p>"


def item(level, words, kind=1):
    return p(words, style="ListParagraph", more=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{kind}"/></w:numPr>')


def cell(words, more="", inner=""):
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{more}</w:tcPr>{inner}{p(words)}</w:tc>'


def table(*rows, more="", columns=3, header=True):
    grid = '<w:gridCol w:w="2000"/>' * columns
    out = f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>{more}<w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    for number, row in enumerate(rows):
        first = "<w:trPr><w:tblHeader/></w:trPr>" if number == 0 and header else ""
        out += f"<w:tr>{first}{''.join(row)}</w:tr>"
    return out + "</w:tbl>"


def link(words, rel):
    return f'<w:hyperlink r:id="{rel}">{r(words)}</w:hyperlink>'


def picture(alt, rel="rIdP", how="r:embed"):
    return (f'<w:r><w:drawing><wp:inline><wp:extent cx="914400" cy="457200"/><wp:docPr id="7" name="Picture 7" descr="{alt}"/>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="7" name="p.png" descr="{alt}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip {how}="{rel}"/>'
            '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="914400" cy="457200"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>')


def field(code, result):
    return (f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>')


def style(name, shown, based="Normal", more="", kind="paragraph"):
    default = ' w:default="1"' if name == "Normal" else ""
    based = f'<w:basedOn w:val="{based}"/>' if name != "Normal" else ""
    return f'<w:style w:type="{kind}"{default} w:styleId="{name}"><w:name w:val="{shown}"/>{based}{more}</w:style>'


STYLES = (f'{HEAD}<w:styles {SPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-GB" w:bidi="ar-MA"/></w:rPr></w:rPrDefault></w:docDefaults>'
          + style("Normal", "Normal") + style("Title", "Title")
          + "".join(style(f"Heading{n}", f"heading {n}", more=f'<w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr>') for n in (1, 2, 3))
          + style("ListParagraph", "List Paragraph") + style("Quote", "Quote", more="<w:rPr><w:i/></w:rPr>") + style("Caption", "caption")
          + style("SourceCode", "Source Code") + style("TOC1", "toc 1") + style("FootnoteText", "footnote text")
          + '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/></w:style></w:styles>')


def numbering():
    def kind(number, formats):
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for level, (form, text, start) in enumerate(formats))
        return f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
    out = kind(1, [("bullet", "•", 1)] * 3) + kind(2, [("decimal", "%1.", 3), ("decimal", "%2.", 1), ("bullet", "•", 1)])
    out += "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
    return f"{HEAD}<w:numbering {SPACES}>{out}</w:numbering>"


def notes(kind, texts):
    tag = kind[:-1]
    out = "".join(f'<w:{tag} w:id="{n}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>{text}</w:p></w:{tag}>' for n, text in enumerate(texts, 2))
    return f'{HEAD}<w:{kind} {SPACES}><w:{tag} w:type="separator" w:id="0"><w:p/></w:{tag}>{out}</w:{kind}>'


def write(path, body, footnotes=(), endnotes=(), comments="", header="", more_rels="", more_parts=(), title=""):
    parts = {"word/document.xml": f'{HEAD}<w:document {SPACES}><w:body>{body}<w:sectPr>'
             + ('<w:headerReference w:type="default" r:id="rIdH"/>' if header else "") + '<w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>',
             "word/styles.xml": STYLES, "word/numbering.xml": numbering()}
    rels = [("rIdS", "styles", "styles.xml", ""), ("rIdN", "numbering", "numbering.xml", ""),
            ("rIdL", "hyperlink", "https://example.org/plan", ' TargetMode="External"'), ("rIdP", "image", "media/p.png", "")]
    kinds = [("styles", "styles+xml"), ("numbering", "numbering+xml")]
    for name, held in (("footnotes", notes("footnotes", footnotes) if footnotes else ""), ("endnotes", notes("endnotes", endnotes) if endnotes else ""),
                       ("comments", comments and f"{HEAD}<w:comments {SPACES}>{comments}</w:comments>"),
                       ("header", header and f"{HEAD}<w:hdr {SPACES}>{p(header)}</w:hdr>")):
        if held:
            parts[f"word/{name}.xml"] = held
            rels.append(("rIdH" if name == "header" else f"rId{name}", name, f"{name}.xml", ""))
            kinds.append((name, f"{name}+xml"))
    parts["word/_rels/document.xml.rels"] = (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(f'<Relationship Id="{i}" Type="{REL}{t}" Target="{target}"{mode}/>' for i, t, target, mode in rels) + more_rels + "</Relationships>")
    parts["_rels/.rels"] = (f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                            f'<Relationship Id="rId1" Type="{REL}officeDocument" Target="word/document.xml"/></Relationships>')
    parts["[Content_Types].xml"] = (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{KIND}document.main+xml"/>'
        + "".join(f'<Override PartName="/word/{name}.xml" ContentType="{KIND}{kind}"/>' for name, kind in kinds) + "</Types>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
        for name, held in (("word/media/p.png", png(40, 20, (20, 120, 90))), *more_parts):
            file.writestr(name, held)


CHANGED = 'w:id="{}" w:author="First Office" w:date="2026-11-01T09:00:00Z"'


def of_features(folder):
    """One document a feature: its name is the feature's."""
    folder = pathlib.Path(folder)
    rtl = "<w:bidi/>"
    ins = lambda words, n=1: f'<w:ins {CHANGED.format(n)}>{r(words)}</w:ins>'
    gone = lambda words, n=2: f'<w:del {CHANGED.format(n)}><w:r><w:delText xml:space="preserve">{words}</w:delText></w:r></w:del>'
    ref = lambda n, kind="footnote": f'<w:r><w:{kind}Reference w:id="{n}"/></w:r>'
    box = ('<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
           '<wp:extent cx="1800000" cy="900000"/><wp:wrapNone/><wp:docPr id="9" name="Box"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>'
           '<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent>' + p("Words in a box") +
           '</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>')
    fraction = "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>"
    long = p("The sample ministry opened a campaign in all districts of the country this week.")
    documents = {
        "headings": dict(body=long + p("Aims", style="Heading1") + long + p("Means", style="Heading2") + long + p("Money", style="Heading3") + long + p("More", style="Heading1")),
        "title": dict(body=p("Sample campaign of the year", style="Title") + long + p("Aims", style="Heading1") + long),
        "emphasis": dict(body=p(r("bold", "<w:b/>"), " and ", r("slanted", "<w:i/>"), " and ", r("struck", "<w:strike/>"))),
        "arabic_bold": dict(body=p(r("مهم", '<w:bCs/><w:rtl/>'), r(" للجميع", "<w:rtl/>"), more=rtl)),
        "bullets": dict(body=item(0, "one") + item(1, "inner") + item(2, "innermost") + item(0, "two")),
        "numbers": dict(body=item(0, "third", 2) + item(1, "inner", 2) + item(0, "fourth", 2)),
        "item_of_two": dict(body=item(0, "one") + p("still one", style="ListParagraph", more='<w:ind w:left="720"/>') + item(0, "two")),
        "table": dict(body=long + table([cell("District"), cell("Doses"), cell("Day")], [cell("North"), cell("12"), cell("Monday")])),
        "columns_spanned": dict(body=long + table([cell("District"), cell("Doses", '<w:gridSpan w:val="2"/>')], [cell("North"), cell("first"), cell("second")])),
        "rows_spanned": dict(body=long + table([cell("District"), cell("Week"), cell("Doses")], [cell("North", '<w:vMerge w:val="restart"/>'), cell("one"), cell("10")],
                                               [cell("", "<w:vMerge/>"), cell("two"), cell("20")])),
        "table_in_table": dict(body=long + table([cell("Outer"), cell("Cells")], [cell("before", inner=table([cell("inner one"), cell("inner two")], columns=2)), cell("after")], columns=2)),
        "table_from_right": dict(body=p("جدول الأقاليم", more=rtl) + table([cell("الإقليم"), cell("WHO")], [cell("شمال"), cell("12")], more="<w:bidiVisual/>", columns=2)),
        "footnote": dict(body=p("A claim", ref(2), " stands."), footnotes=[r("Its source.")]),
        "endnote": dict(body=p("A claim", ref(2, "endnote"), " stands."), endnotes=[r("Its source.")]),
        "picture": dict(body=p("Before.") + p(picture("A green box")) + p("After.")),
        "caption": dict(body=p(picture("A green box")) + p("Figure ", field("SEQ Figure \\* ARABIC", "1"), ": doses by week", style="Caption") + p("After.")),
        "picture_elsewhere": dict(body=p("Before.") + p(picture("A tracker", "rIdX", "r:link")), more_rels=f'<Relationship Id="rIdX" Type="{REL}image" Target="https://tracker.example/p.png" TargetMode="External"/>'),
        "link": dict(body=p("See ", link("the plan", "rIdL"), ".")),
        "link_by_field": dict(body=p("See ", field('HYPERLINK "https://example.org/plan"', "the plan"), ".")),
        "link_within": dict(body=p("See ", '<w:hyperlink w:anchor="aims">' + r("the aims") + "</w:hyperlink>") + p('<w:bookmarkStart w:id="1" w:name="aims"/>', "Aims", '<w:bookmarkEnd w:id="1"/>', style="Heading1") + long),
        "raised": dict(body=p("m", r("2", '<w:vertAlign w:val="superscript"/>'), " and CO", r("2", '<w:vertAlign w:val="subscript"/>'))),
        "direction": dict(body=p(r("WHO "), r("مع وزارة الصحة في كل إقليم", "<w:rtl/>"), more=rtl)),
        "insertion_deletion": dict(body=p("It reaches ", gone("twenty"), ins("thirty"), " districts.")),
        "moved": dict(body=p(f'<w:moveFromRangeStart w:id="5" w:name="m1" w:author="First Office" w:date="2026-11-01T09:00:00Z"/><w:moveFrom {CHANGED.format(6)}>{r("Moved words. ")}</w:moveFrom><w:moveFromRangeEnd w:id="5"/>', "First.")
                      + p("Second. ", f'<w:moveToRangeStart w:id="7" w:name="m1" w:author="First Office" w:date="2026-11-01T09:00:00Z"/><w:moveTo {CHANGED.format(8)}>{r("Moved words. ")}</w:moveTo><w:moveToRangeEnd w:id="7"/>')),
        "comment": dict(body=p('<w:commentRangeStart w:id="1"/>', "thirty districts", '<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>', " in all."),
                        comments=f'<w:comment {CHANGED.format(1)} w:initials="F">{p("Is this final?")}</w:comment>'),
        "language": dict(body=p(r("Le ministère ouvre une campagne nationale dans tous les districts du pays.", '<w:lang w:val="fr-FR"/>'))),
        "quote": dict(body=long + p("A quoted sentence.", style="Quote") + long),
        "code": dict(body=long + p("SELECT doses FROM week;", style="SourceCode") + long),
        "formula": dict(body=p("The rate is ", fraction, " a year.")),
        "text_box": dict(body=p("Before.", box) + p("After.")),
        "hidden": dict(body=p("Shown", r(" secret", "<w:vanish/>"), " words.")),
        "header": dict(body=p("Words."), header="Sample ministry, confidential"),
        "symbol": dict(body=p("Dose ", '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', " first.")),
        "contents": dict(body=p(field('TOC \\o "1-3"', "Aims\u2026 1"), style="TOC1") + p("Aims", style="Heading1") + long),
        "line_break": dict(body=p("First line", "<w:r><w:br/></w:r>", "second line")),
        "control": dict(body="<w:sdt><w:sdtPr/><w:sdtContent>" + p("Words of a control.") + "</w:sdtContent></w:sdt>"),
        "mixed_cells": dict(body=long + table([cell("Region"), cell("2025", '<w:gridSpan w:val="2"/>')], [cell("North", '<w:vMerge w:val="restart"/>'), cell("Q1"), cell("12")],
                                              [cell("", "<w:vMerge/>"), cell("Q2"), cell("14")])),
    }
    for name, document in documents.items():
        write(folder / f"{name}.docx", **document)
    return sorted(documents)


WORDS = {"en": "the sample ministry of health reports that districts received doses during the campaign of this week and thanks every team".split(),
         "ar": "تفيد وزارة الصحة النموذجية بأن الأقاليم تلقت جرعات خلال حملة هذا الأسبوع وتشكر كل فريق عمل فيها".split()}


def large(folder):
    """Long reports: some hundred pages of words, lists, tables, notes and pictures."""
    folder = pathlib.Path(folder)
    made = []
    for name, chapters, lang in (("letter", 1, "en"), ("report", 12, "en"), ("report_ar", 12, "ar"), ("long_report", 80, "en")):
        words, body, footnotes, turn = WORDS[lang], [], [], 0
        side = "<w:bidi/>" if lang == "ar" else ""

        def sentence(count):
            nonlocal turn
            turn += 7
            return " ".join(words[(turn + n * 5) % len(words)] for n in range(count))
        for chapter in range(chapters):
            body.append(p(sentence(4), style="Heading1", more=side))
            for section in range(4):
                body.append(p(sentence(5), style="Heading2", more=side))
                for number in range(6):
                    runs = [r(sentence(20) + " "), r(sentence(3), "<w:b/><w:bCs/>"), r(" " + sentence(25) + " "), link(sentence(2), "rIdL"), r(" " + sentence(12) + ".")]
                    if number == 2:
                        footnotes.append(r(sentence(12)))
                        runs.append(f'<w:r><w:footnoteReference w:id="{len(footnotes) + 1}"/></w:r>')
                    body.append(p(*runs, more=side))
                body += [item(level, sentence(6), 1 + section % 2) for level in (0, 0, 1, 1, 2, 0)]
                body.append(table(*[[cell(sentence(2)) for _ in range(4)] for _ in range(10)], columns=4))
            body.append(p(picture("A green box")))
        write(folder / f"{name}.docx", "".join(body), footnotes=footnotes)
        made.append(name)
    return made
