use super::*;

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/../../tests/fixtures/pdf/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

#[test]
fn scratch() {
    let paths = std::env::var("PDFS").unwrap_or_default();
    for path in paths.split(':').filter(|p| !p.is_empty()) {
        let bytes = std::fs::read(path).unwrap();
        let t = std::time::Instant::now();
        let mut facts = describe(&bytes);
        let took = t.elapsed();
        let n = facts.text.len();
        let cut: String = facts.text.chars().take(1200).collect();
        facts.text = String::new();
        let th = thumbnail(&bytes, 320);
        if let (Some(th), Ok(dir)) = (&th, std::env::var("THUMBS")) { std::fs::write(format!("{dir}/{}.png", path.rsplit('/').next().unwrap()), th).unwrap(); }
        println!("=== {path} {took:?} text {n} thumb {:?} \n{facts:?}\n{cut}\n", th.map(|t| t.len()));
    }
}
