//! Profile and settings.

use qalam_desk::Code;
use qalam_desk::profile::{NewProfile, OwnerKind, Role};
use qalam_desk::settings::{Numerals, Theme};
use serde_json::json;

use crate::Room;

#[test]
fn a_profile_is_said_once_and_can_be_changed() {
    let room = Room::new();
    assert_eq!(room.desk.profile().unwrap(), None);
    let mut new = NewProfile {
        owner: "sesric".to_owned(),
        owner_kind: None,
        name: "  Sample Person ".to_owned(),
        role: Role::Author,
        display_lang: "ar".to_owned(),
    };
    let first = room.desk.set_profile(&new).unwrap();
    assert_eq!(
        (first.owner.as_str(), first.owner_kind),
        ("SESRIC", OwnerKind::Institution)
    );
    assert_eq!(first.name, "Sample Person");
    assert_eq!(room.desk.settings().unwrap().display_lang, "ar");
    new.owner = "TR".to_owned();
    let second = room.desk.set_profile(&new).unwrap();
    assert_eq!(second.person, first.person, "the person stays the same");
    assert_eq!(room.again().profile().unwrap(), Some(second));
    for (owner, name, lang, code) in [
        ("Atlantis", "x", "ar", Code::UnknownOwner),
        ("TR", " ", "ar", Code::BadArgument),
        ("TR", "x", "tr", Code::UnknownSetting),
    ] {
        let wrong = NewProfile {
            owner: owner.to_owned(),
            name: name.to_owned(),
            display_lang: lang.to_owned(),
            ..new.clone()
        };
        assert_eq!(room.desk.set_profile(&wrong).unwrap_err().code, code);
    }
}

#[test]
fn settings_take_only_what_they_know() {
    let room = Room::new();
    let set = |key: &str, value| room.desk.set_setting(key, &value);
    set("theme", json!("dark")).unwrap();
    set("numerals", json!("arabic")).unwrap();
    let settings = room.desk.settings().unwrap();
    assert_eq!(
        (settings.theme, settings.numerals),
        (Theme::Dark, Numerals::Arabic)
    );
    assert_eq!((settings.keep_sending, settings.notices), (false, true));
    set("keep_sending", json!(true)).unwrap();
    set("notices", json!(false)).unwrap();
    let settings = room.desk.settings().unwrap();
    assert_eq!((settings.keep_sending, settings.notices), (true, false));
    let proxy = |mode: &str, address: &str| json!({"mode": mode, "address": address, "user": "u"});
    for address in ["http://proxy.example:3128", "socks5://[2001:db8::1]:1080"] {
        set("proxy", proxy("manual", address)).unwrap();
        assert_eq!(room.desk.settings().unwrap().proxy.address, address);
    }
    for address in [
        "",
        "proxy.example",
        "http://proxy.example",
        "http://me:secret@proxy.example:3128",
        "http://proxy.example:3128/pac.js",
        "ftp://proxy.example:21",
    ] {
        let refused = set("proxy", proxy("manual", address)).unwrap_err();
        assert_eq!(refused.code, Code::BadProxy, "{address}");
    }
    set("proxy", proxy("direct", "")).unwrap();
    for (key, value) in [
        ("theme", json!("pink")),
        ("notices", json!("never")),
        ("display_lang", json!("de")),
        ("colour", json!(1)),
    ] {
        assert_eq!(
            set(key, value).unwrap_err().code,
            Code::UnknownSetting,
            "{key}"
        );
    }
}
