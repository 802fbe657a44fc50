//! tmp
use qalam_portal::practice::{start, PracticeOptions};
use qalam_portal::{http::*, contract::*};
use serde_json::json;
use sha2::Digest;
#[tokio::main]
async fn main() {
    let mut o = PracticeOptions::in_dir("/tmp/show");
    o.listen = "127.0.0.1:7788".parse().unwrap();
    let p = start(o).await.unwrap();
    println!("{}", p.editor_url("ar"));
    let c = Contract::at(Http::new(HttpOptions::default()).unwrap(), &p.url).unwrap();
    let s = c.probe().await.unwrap();
    let t = secrecy::SecretString::from(p.token.clone());
    for (n, kind) in ["news", "event"].iter().enumerate() {
        let id = format!("01939f6e-5d2c-7a41-9c3b-2f6d1e8a4b7{n}");
        let rel = json!({"areas":["ta1"],"attachments":[{"sha256":"ab".repeat(32),"name":"تقرير.pdf","mime":"application/pdf","bytes":482113,"role":"publication","title":"التقرير السنوي 2026","alt":{}}],"draft":id,"fields":{},"format":"qalam-release/1",
        "languages":{"ar":{"title":"انطلاق حملة التلقيح الوطنية ضد شلل الأطفال","summary":"تفتتح وزارة الصحة (نموذج) حملة لمدة أسبوعين في جميع المناطق بالتعاون مع منظمة WHO.","body":"تفتتح **وزارة الصحة (نموذج)** الحملةَ في جميع المناطق.\n\n## الأهداف\n\n- تلقيح 95% من الأطفال دون سن الخامسة\n- توعية الأسر عبر WhatsApp و SMS\n\n> لا أحد في مأمن حتى يكون الجميع في مأمن.\n\n| المنطقة | الأطفال |\n|---|---|\n| الشمال | 12,000 |\n| الجنوب | 9,500 |\n","fields":{}},
        "fr":{"title":"Une campagne nationale de vaccination commence","summary":"Le ministère de la Santé (exemple) ouvre une campagne de deux semaines.","body":"Le **ministère** ouvre la campagne.\n\n1. Informer\n2. Vacciner\n","fields":{}}},"owner":"SN","primary_lang":"ar","type":kind});
        let text = rel.to_string();
        let h = qalam_portal::digest::hex(&sha2::Sha256::digest(text.as_bytes()));
        let b = json!({"release":text,"approval":{"release":h,"by":"x","role":"both","at":"2026-11-21T10:00:00Z","signature":null}});
        let _ = c.put(&t, &id, b.to_string().as_bytes(), None, &s).await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(600)).await;
}
