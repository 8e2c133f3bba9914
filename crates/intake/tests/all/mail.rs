//! E-mail.

use crate::common::{Outcome, bytes, collect, own};
use intake::{Channel, Map, Options};
use std::path::Path;

const PLAIN: &str = "Return-Path: <li@example.com>\r\n\
    Received: from a.example.com by mail.bank.example; Wed, 6 Mar 2024 00:10:00 +0800\r\n\
    Received: from b.example.com by a.example.com; Tue, 5 Mar 2024 23:51:00 +0800\r\n\
    Message-ID: <m1@example.com>\r\n\
    Date: Tue, 5 Mar 2024 23:50:00 +0800\r\n\
    From: =?UTF-8?B?5p2O5Zub?= <li@example.com>\r\n\
    To: complaints@bank.example\r\n\
    Subject: =?GB2312?B?tPu/7g==?=\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\r\n\
    我在贵行的贷款被多收利息，请退还。\r\n";

const HTML: &str = "Message-ID: <m2@example.com>\nDate: Tue, 5 Mar 2024 09:00:00 +0000\nFrom: a@example.com\n\
    Subject: Card\nContent-Language: en-GB\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
    --b\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>p{}</style><script>bad()</script></head>\
    <body><p>You charged me &amp; twice.</p><p>Refund <b>it</b>.</p></body></html>\n\
    --b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"scan.pdf\"\n\
    Content-Transfer-Encoding: base64\n\nSGVsbG8=\n--b--\n";

const SCAN_ONLY: &str = "Message-ID: <m3@example.com>\nDate: Tue, 5 Mar 2024 09:00:00 +0000\nFrom: a@example.com\n\
    Subject: My letter\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
    --b\nContent-Type: image/png; name=letter.png\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n--b--\n";

fn open(path: &Path) -> Outcome {
    collect(
        intake::open(
            path,
            &Map::named("forecourt").expect("shipped"),
            Options::default(),
        )
        .expect("opens"),
    )
}

#[test]
fn a_mail_becomes_a_record_with_the_time_of_its_receipt() {
    let out = own(PLAIN);
    let r = &out.records[0];
    assert_eq!(
        (r.source_id.as_str(), r.channel),
        ("m1@example.com", Channel::Email)
    );
    // 2024-03-06 00:10 in Shanghai, when the bank's server took it, not when it was written.
    assert_eq!(r.received_at.0, 1_709_655_000_000_000);
    assert_eq!(
        (r.title.or_empty(), r.narrative.or_empty()),
        ("贷款", "我在贵行的贷款被多收利息，请退还。")
    );
    assert_eq!(r.customer_name.as_ref().unwrap().text(), Some("李四"));
    assert_eq!(r.customer_email.as_ref().unwrap().text(), Some("li@example.com"));
    assert_eq!(r.language.as_deref(), Some("zh-Hans"));
}

#[test]
fn html_is_stripped_and_attachments_are_listed() {
    let r = own(HTML).records.remove(0);
    let text = r.narrative.or_empty();
    assert!(
        text.contains("You charged me & twice.") && text.contains("Refund it."),
        "{text}"
    );
    assert!(!text.contains('<') && !text.contains("bad()"), "{text}");
    assert_eq!(r.language.as_deref(), Some("en-GB"));
    let listed: Vec<_> = r
        .attachments
        .iter()
        .map(|a| (a.name.as_str(), a.kind.as_str(), a.bytes))
        .collect();
    assert_eq!(listed, [("scan.pdf", "application/pdf", 5)]);
    let r = own(SCAN_ONLY).records.remove(0);
    assert_eq!(r.narrative.or_empty(), "My letter [letter.png, 5 bytes]");
    assert_eq!(r.attachments.len(), 1);
}

#[test]
fn text_in_gb18030_and_traditional_chinese_are_read() {
    let head = "Message-ID: <g@example.com>\nDate: Tue, 5 Mar 2024 09:00:00 +0000\nFrom: a@example.com\nSubject: x\n";
    let mut mail =
        format!("{head}Content-Type: text/plain; charset=gb18030\nContent-Transfer-Encoding: 8bit\n\n")
            .into_bytes();
    mail.extend_from_slice(
        &encoding_rs::GB18030
            .encode("我在贵行的贷款被多收利息，请退还。")
            .0,
    );
    let r = own(mail).records.remove(0);
    assert_eq!(r.narrative.or_empty(), "我在贵行的贷款被多收利息，请退还。");
    for (text, language) in [
        ("我在貴行的貸款被多收利息，請退還。", Some("zh-Hant")),
        (
            "The bank charged my card twice and I have not been refunded.",
            Some("en"),
        ),
        ("カードの請求が二重です", Some("ja")),
        ("12345", None),
    ] {
        let mail = format!("{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n");
        assert_eq!(own(mail).records[0].language.as_deref(), language, "{text}");
    }
}

#[test]
fn folders_of_mails_and_maildirs_are_read_in_order_of_names() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("b.eml"), HTML).unwrap();
    std::fs::write(dir.path().join("a.EML"), PLAIN).unwrap();
    std::fs::write(
        dir.path().join("c.eml"),
        "Subject: x\nFrom: a@example.com\n\nno date\n",
    )
    .unwrap();
    std::fs::write(dir.path().join("d.eml"), [0, 159, 146, 150]).unwrap();
    std::fs::write(dir.path().join("e.eml"), PLAIN).unwrap();
    std::fs::write(dir.path().join("notes.txt"), "no mail").unwrap();
    let out = open(dir.path());
    assert_eq!(out.ids(), ["m1@example.com", "m2@example.com"]);
    let said: Vec<_> = out
        .said()
        .iter()
        .map(|s| s.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        said,
        [
            "c.eml, row 3, column \"mail.received\": is empty, but received_at is required",
            "d.eml, row 4: is no mail: it has neither sender nor date nor id",
            "e.eml, row 5, column \"mail.message_id\": has the same id as row 1, which was read",
        ]
    );
    assert!(out.records[0].place.file.ends_with("a.EML"));

    let maildir = tempfile::tempdir().unwrap();
    for (folder, name, mail) in [
        ("cur", "1:2,S", PLAIN),
        ("new", "2", HTML),
        ("tmp", "3", SCAN_ONLY),
    ] {
        std::fs::create_dir_all(maildir.path().join(folder)).unwrap();
        std::fs::write(maildir.path().join(folder).join(name), mail).unwrap();
    }
    assert_eq!(open(maildir.path()).ids(), ["m1@example.com", "m2@example.com"]);
}

#[test]
fn an_empty_folder_and_a_map_without_mail_columns_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let map = Map::named("forecourt").unwrap();
    let Err(e) = intake::open(dir.path(), &map, Options::default()) else {
        panic!("opened")
    };
    assert!(e.to_string().contains("a folder without mails"), "{e}");
    let Err(e) = bytes(&Map::named("cfpb").unwrap(), PLAIN) else {
        panic!("opened")
    };
    assert!(e.to_string().contains("found: \"mail.message_id\""), "{e}");
}

#[test]
fn a_mail_over_the_limit_is_rejected() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.eml");
    std::fs::write(&path, format!("{PLAIN}{}", "x".repeat(5000))).unwrap();
    let options = Options {
        max_mail_bytes: 2000,
        ..Options::default()
    };
    let map = Map::named("forecourt").unwrap();
    for path in [path.as_path(), dir.path()] {
        let out = collect(intake::open(path, &map, options.clone()).unwrap());
        assert!(
            out.said()[0].contains("larger than the 2000 bytes"),
            "{:?}",
            out.said()
        );
    }
}
