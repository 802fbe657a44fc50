//! The companion plugin's own promises, on both databases.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::{
    common::{new_id, release},
    peer::Site,
};

const BOTH: [&str; 2] = ["debian-companion", "second-companion"];

#[tokio::test(flavor = "multi_thread")]
async fn parallel_creates_make_one_item() {
    for site in BOTH.into_iter().filter_map(Site::named) {
        let id = new_id();
        let sent = release(&id, "دعوة", &[]);
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("client");
        let answers = join_all((0..6).map(|_| {
            client
                .put(format!("{}/wp-json/qalam/v1/items/{id}", site.url))
                .basic_auth("author", Some(site.password("author")))
                .header("if-none-match", "*")
                .header("content-type", "application/json")
                .body(sent.body.clone())
                .send()
        }))
        .await;
        let mut statuses: Vec<u16> = answers
            .into_iter()
            .map(|answer| answer.expect("answer").status().as_u16())
            .collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 200, 200, 201]);
        let path = format!("wp/v2/qalam-news?slug={id}-ar,{id}-ar-2&status=pending&context=edit");
        let (_, list) = site.ask("editor", Method::GET, &path, None).await;
        assert_eq!(list.as_array().expect("list").len(), 1);
        assert_eq!(list[0]["meta"]["qalam_release"], sent.hash);
    }
}

/// Also where somebody writes past the contract, through WordPress's own routes.
#[tokio::test(flavor = "multi_thread")]
async fn plain_routes_know_duplicates_and_etags() {
    for site in BOTH.into_iter().filter_map(Site::named) {
        let post = json!({"title": "t", "content": "c", "status": "pending", "meta": {"qalam_draft": new_id(), "qalam_lang": "en"}});
        let answers = join_all((0..6).map(|_| {
            site.ask(
                "author",
                Method::POST,
                "wp/v2/qalam-news",
                Some(post.clone()),
            )
        }))
        .await;
        let mut statuses: Vec<u16> = answers.iter().map(|(status, _)| status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
        let made = answers
            .iter()
            .find(|(status, _)| *status == 201)
            .expect("made");
        for (status, body) in &answers {
            if *status == 409 {
                assert_eq!(body["code"], "qalam_duplicate");
                assert_eq!(body["data"]["id"], made.1["id"]);
            }
        }
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("client");
        let url = format!("{}/wp-json/wp/v2/qalam-news/{}", site.url, made.1["id"]);
        let ask = |method: Method| {
            client
                .request(method, &url)
                .basic_auth("author", Some(site.password("author")))
        };
        let answer = ask(Method::GET)
            .query(&[("context", "edit")])
            .send()
            .await
            .expect("post");
        let etag = answer.headers()["etag"].to_str().expect("etag").to_owned();
        let answers = join_all((0..6).map(|number| {
            ask(Method::POST)
                .header("if-match", &etag)
                .header("content-type", "application/json")
                .body(json!({"title": format!("t{number}")}).to_string())
                .send()
        }))
        .await;
        let mut statuses: Vec<u16> = answers
            .into_iter()
            .map(|answer| answer.expect("answer").status().as_u16())
            .collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412, 412, 412, 412]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_editors_decide_and_only_strangers_are_kept_out() {
    for site in BOTH.into_iter().filter_map(Site::named) {
        let id = new_id();
        let sent = release(&id, "دعوة", &[]);
        let put = |login: &'static str| {
            reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("client")
                .put(format!("{}/wp-json/qalam/v1/items/{id}", site.url))
                .basic_auth(login, Some(site.password(login)))
                .header("if-none-match", "*")
                .header("content-type", "application/json")
                .body(sent.body.clone())
                .send()
        };
        assert_eq!(put("subscriber").await.expect("answer").status(), 403);
        assert_eq!(put("author").await.expect("answer").status(), 201);
        assert_eq!(put("author2").await.expect("answer").status(), 403);
        let item = format!("qalam/v1/items/{id}");
        assert_eq!(site.ask("author2", Method::GET, &item, None).await.0, 404);
        let decision = format!("{item}/decision");
        let body = json!({"action": "publish"});
        let ask = |login| site.ask(login, Method::POST, &decision, Some(body.clone()));
        assert_eq!(ask("author").await.0, 403);
        assert_eq!(ask("editor").await.0, 200);
        let (_, seen) = site.ask("author", Method::GET, &item, None).await;
        assert_eq!(seen["state"], "published");
        assert_eq!(seen["receipt"]["release"], sent.hash);
    }
}

/// The names of types and areas are those of the vocabularies.
#[test]
fn the_vocabulary_is_ours() {
    let read = |path: &str| -> serde_json::Value {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/");
        serde_json::from_slice(&std::fs::read(format!("{root}{path}")).expect(path)).expect(path)
    };
    let types = read("vocabularies/content_types.json");
    let areas = read("vocabularies/thematic_areas.json");
    let shipped = read("wordpress/qalam-companion/vocabulary.json");
    let types = types["types"].as_array().expect("types");
    assert_eq!(
        shipped["types"].as_object().expect("types").len(),
        types.len()
    );
    for kind in types {
        let id = kind["id"].as_str().expect("id");
        assert_eq!(shipped["types"][id], kind["plural"], "{id}");
        assert!(
            format!("qalam_{id}").len() <= 20,
            "WordPress takes no longer name"
        );
    }
    let areas = areas["thematic_areas"].as_array().expect("areas");
    assert_eq!(
        shipped["areas"].as_object().expect("areas").len(),
        areas.len()
    );
    for area in areas {
        let told = &shipped["areas"][area["id"].as_str().expect("id")];
        assert_eq!(told["slug"], area["slug"]);
        for lang in ["en", "fr", "ar"] {
            assert_eq!(told[lang], area["name"][lang]);
        }
    }
}

/// PHP gives an empty object back as an empty list, and the hash of what was sent with it: as it came, and after an edit.
#[tokio::test(flavor = "multi_thread")]
async fn empty_members_stay_objects() {
    for site in BOTH.into_iter().filter_map(Site::named) {
        let id = new_id();
        let sent = release(&id, "دعوة", &[]);
        let answer = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("client")
            .put(format!("{}/wp-json/qalam/v1/items/{id}", site.url))
            .basic_auth("author", Some(site.password("author")))
            .header("if-none-match", "*")
            .header("content-type", "application/json")
            .body(sent.body.clone())
            .send()
            .await
            .expect("answer");
        assert_eq!(answer.status(), 201);
        let item = format!("qalam/v1/items/{id}");
        let look = async |edited: bool| {
            let (_, seen) = site.ask("author", Method::GET, &item, None).await;
            assert_eq!(seen["edited"], edited);
            let content = &seen["content"];
            for place in ["/fields", "/languages/ar/fields"] {
                let member = content.pointer(place).expect(place);
                assert_eq!(*member, json!({}), "{place}, edited: {edited}");
            }
            assert_eq!(content["attachments"], json!([]), "and a list a list");
        };
        look(false).await;
        let path = format!("wp/v2/qalam-news?slug={id}-ar&status=pending&context=edit");
        let (_, list) = site.ask("editor", Method::GET, &path, None).await;
        let post = format!("wp/v2/qalam-news/{}", list[0]["id"]);
        let title = json!({"title": "عنوان آخر"});
        let (status, _) = site.ask("editor", Method::POST, &post, Some(title)).await;
        assert_eq!(status, 200);
        look(true).await;
    }
}
