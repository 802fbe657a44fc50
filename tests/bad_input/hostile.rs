//! A folder of the ugliest files there are, made anew for each run from one seed.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use zip::write::SimpleFileOptions;

/// xorshift64*: the same folder each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.below(256) as u8).collect()
    }
}

/// A PDF of these objects, numbered from 1; the first is the catalogue.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut out = "%PDF-1.7\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", out.len());
        out += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let start = out.len();
    out += &table;
    out += &format!(
        "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    out.into_bytes()
}

/// A PDF of one page with this content and these further objects, from 5 on.
fn page(content: &str, more: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R\
         /Resources<</XObject<</X 5 0 R>>/Font<</F 5 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
    ];
    objects.extend_from_slice(more);
    pdf(&objects)
}

fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn docx(document: Vec<u8>) -> Vec<u8> {
    zipped(&[
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("word/document.xml", document),
    ])
}

/// Fills the folder; gives how many files there are.
pub fn fill(folder: &Path) -> usize {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut dice = Dice(0x0DD_F11E5);
    let put = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();

    let mut whole: Vec<Vec<u8>> = Vec::new();
    let mut names: Vec<_> = fs::read_dir(fixtures.join("pdf"))
        .unwrap()
        .flatten()
        .collect();
    names.sort_by_key(fs::DirEntry::file_name);
    for one in names {
        whole.push(fs::read(one.path()).unwrap());
    }
    for number in 0..50 {
        let of = &whole[number % whole.len()];
        put(&format!("cut {number}.pdf"), &of[..dice.below(of.len())]);
    }
    for number in 0..60 {
        let mut bytes = whole[number % whole.len()].clone();
        for _ in 0..=dice.below(200) {
            let at = dice.below(bytes.len());
            bytes[at] = dice.below(256) as u8;
        }
        put(&format!("flipped {number}.pdf"), &bytes);
    }
    for number in 0..10 {
        put(&format!("noise {number}.pdf"), &dice.bytes(20_000));
        let mut head = b"%PDF-1.7\n".to_vec();
        head.extend(dice.bytes(20_000));
        put(&format!("noise behind a head {number}.pdf"), &head);
    }

    // Everything that leads back to itself.
    let catalogue = "<</Type/Catalog/Pages 2 0 R>>".to_owned();
    put(
        "kids.pdf",
        &pdf(&[
            catalogue.clone(),
            "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>".into(),
        ]),
    );
    put(
        "many kids.pdf",
        &pdf(&[
            catalogue.clone(),
            format!(
                "<</Type/Pages/Count 100000/Kids[{}]>>",
                "3 0 R ".repeat(100_000)
            ),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>".into(),
        ]),
    );
    put(
        "counts.pdf",
        &pdf(&[
            catalogue.clone(),
            "<</Type/Pages/Kids[]/Count 2147483647>>".into(),
        ]),
    );
    put(
        "parent.pdf",
        &pdf(&[
            catalogue,
            "<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>".into(),
            "<</Type/Page/Parent 3 0 R>>".into(),
        ]),
    );
    put("previous.pdf", b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF\n");
    let form = "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 4>>stream\n/X Do\nendstream";
    put("form in itself.pdf", &page("/X Do", &[form.into()]));
    put(
        "length is itself.pdf",
        &page("q", &["<</Length 5 0 R>>stream\nx\nendstream".into()]),
    );
    put("type 3 in itself.pdf", &page("BT /F 9 Tf (aaaa) Tj ET", &[
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 97/LastChar 97/Widths[9]\
         /Encoding<</Differences[97/a]>>/CharProcs<</a 4 0 R>>/Resources<</Font<</F 5 0 R>>>>>>".into(),
    ]));
    // Everything that is too deep or too much.
    for (name, open, close) in [
        ("arrays", "[", "]"),
        ("dictionaries", "<</A", ">>"),
        ("states", "q ", "Q "),
    ] {
        let deep = format!("{}{}", open.repeat(200_000), close.repeat(200_000));
        put(
            &format!("deep {name}.pdf"),
            &page(&deep, std::slice::from_ref(&deep)),
        );
    }
    put(
        "letters.pdf",
        &page(
            &format!(
                "BT /F 1 Tf {} ET",
                "(aaaaaaaaaaaaaaaaaaaaaaaa) Tj ".repeat(60_000)
            ),
            &["<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".into()],
        ),
    );
    put(
        "paths.pdf",
        &page(&"0 0 m 600 800 l 3 900 700 1 2 9 c S ".repeat(100_000), &[]),
    );
    put("picture of nothing.pdf", &page("/X Do", &[
        "<</Type/XObject/Subtype/Image/Width 200000/Height 200000/BitsPerComponent 8/ColorSpace/DeviceRGB/Length 1>>stream\nx\nendstream".into(),
    ]));
    put(
        "huge page.pdf",
        &pdf(&[
            "<</Type/Catalog/Pages 2 0 R>>".into(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e30 1e30]>>".into(),
        ]),
    );
    for entry in fs::read_dir(fixtures.join("hostile")).unwrap().flatten() {
        fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }

    // Containers.
    let zeros = vec![b'a'; 300_000_000];
    put("bomb.docx", &docx(zeros.clone()));
    put(
        "bomb.odt",
        &zipped(&[
            (
                "mimetype",
                b"application/vnd.oasis.opendocument.text".to_vec(),
            ),
            ("content.xml", zeros),
        ]),
    );
    let laughs: String = (1..10)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    let bombs = format!(
        "<!DOCTYPE x [<!ENTITY l0 \"ha\">{laughs}]><w:document><w:p>&l9;</w:p></w:document>"
    );
    put("laughs.docx", &docx(bombs.into_bytes()));
    put(
        "deep.docx",
        &docx(format!("{}{}", "<w:p>".repeat(300_000), "</w:p>".repeat(300_000)).into_bytes()),
    );
    put(
        "open.docx",
        &docx("<w:document><w:body><w:p><w:r><w:t>Never closed".into()),
    );
    let many: Vec<(String, Vec<u8>)> = (0..3_000)
        .map(|n| (format!("word/{n}.xml"), vec![b'x'; 10]))
        .collect();
    let many: Vec<(&str, Vec<u8>)> = many
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.clone()))
        .collect();
    put("many parts.docx", &zipped(&many));
    put(
        "climbs.docx",
        &zipped(&[
            ("../../etc/passwd", b"x".to_vec()),
            ("word/document.xml", b"<w:document/>".to_vec()),
        ]),
    );
    let good = docx(
        b"<w:document><w:body><w:p><w:r><w:t>Words.</w:t></w:r></w:p></w:body></w:document>"
            .to_vec(),
    );
    for number in 0..15 {
        let mut bytes = good.clone();
        let at = dice.below(bytes.len());
        bytes[at] ^= 0xFF;
        put(&format!("flipped {number}.docx"), &bytes);
        put(
            &format!("cut {number}.docx"),
            &good[..dice.below(good.len())],
        );
    }
    let mut ole = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    ole.extend(dice.bytes(8_000));
    for ending in ["doc", "xls", "ppt"] {
        put(&format!("old.{ending}"), &ole);
    }

    // What is not what it says.
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0";
    put("huge picture.png", png);
    put("picture.pdf", &[&png[..], b"\n"].concat());
    put("document.png", &whole[0]);
    put("container.pdf", &good);
    put(
        "program.pdf",
        &[b"MZ\x90\0".as_slice(), &dice.bytes(3_000)].concat(),
    );
    put("two at once.pdf", &[whole[0].as_slice(), &good].concat());
    put(
        "two at once.docx",
        &[b"%PDF-1.7\n".as_slice(), &good].concat(),
    );
    put(
        "late head.pdf",
        &[dice.bytes(900).as_slice(), &whole[0]].concat(),
    );
    put(
        "page and document.html",
        &[b"<html><body>%PDF-1.7\n<script>".as_slice(), &whole[0]].concat(),
    );
    put(
        "jpeg.jpg",
        &[
            b"\xFF\xD8\xFF\xE0\0\x10JFIF\0".as_slice(),
            &dice.bytes(5_000),
        ]
        .concat(),
    );

    // Texts.
    put("one line.csv", "a,".repeat(2_000_000).as_bytes());
    put("nothing but zeros.txt", &vec![0; 2_000_000]);
    put(
        "utf-16.txt",
        &"Words\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<_>>(),
    );
    put(
        "deep.html",
        format!("{}x", "<div>".repeat(200_000)).as_bytes(),
    );
    put("deep.md", format!("{}x", "> ".repeat(50_000)).as_bytes());
    put("brackets.md", "[".repeat(200_000).as_bytes());
    put("stars.md", "*a **b ".repeat(50_000).as_bytes());

    // Sizes and names.
    put("empty.pdf", b"");
    put("one byte.pdf", b"%");
    let sparse = fs::File::create(folder.join("five gigabytes.pdf")).unwrap();
    sparse.set_len(5 << 30).unwrap();
    let mut hollow = fs::File::create(folder.join("hollow.pdf")).unwrap();
    hollow.write_all(b"%PDF-1.7\n").unwrap();
    hollow.set_len(64 << 20).unwrap();
    put("a\u{202e}fdp.exe", b"MZ");
    put("CON.pdf", &whole[1]);
    put("e\u{301}.txt", b"Composed of two.");
    put("\u{e9}.txt", b"Composed of one.");
    fs::read_dir(folder).unwrap().count()
}
