//! Encodings: recognised and converted, or named.

use crate::common::{HEAD, bytes, own, refused};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS, WINDOWS_1252};
use intake::{IntakeError, Map};

const CHINESE: &str = "source_id,受理时间,投诉内容,客户姓名\n\
    1,2024-03-05,\"我在贵行办理的贷款，每月被多收了利息，客服一直没有答复。\",张三\n\
    2,2024-03-06,银行卡被盗刷，要求退还全部款项，并说明原因。,李四\n";
const TRADITIONAL: &str = "source_id,received_at,narrative\n\
    1,2024-03-05,我在貴行辦理的貸款，每月被多收了利息，客服一直沒有答覆，請你們儘快處理這個問題。\n";

fn encode(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy);
    bytes.into_owned()
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let unit = |u: u16| if little { u.to_le_bytes() } else { u.to_be_bytes() };
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn gb18030_is_recognised_and_converted() {
    let expected = own(CHINESE);
    let found = own(encode(GB18030, CHINESE));
    assert_eq!(found.records, expected.records);
    assert_eq!(found.records.len(), 2);
    // Rare characters take four bytes or lie outside GB 2312.
    let rare = CHINESE.replace("张三", "朱镕𠀀");
    assert_eq!(own(encode(GB18030, &rare)).records, own(rare).records);
    let traditional = own(encode(GB18030, TRADITIONAL));
    assert_eq!(traditional.records, own(TRADITIONAL).records);
}

#[test]
fn a_single_chinese_name_after_much_ascii_is_still_gb18030() {
    let mut text = HEAD.to_owned();
    for i in 0..5000 {
        text.push_str(&format!("{i},2024-03-05,plain text about a loan and a card,\n"));
    }
    text.push_str("x,2024-03-05,张三,\n");
    let out = own(encode(GB18030, &text));
    assert_eq!(out.records.len(), 5001);
    assert_eq!(out.records[5000].narrative.or_empty(), "张三");
}

#[test]
fn gb18030_in_json_lines_is_converted() {
    let text = "{\"source_id\":\"1\",\"received_at\":\"2024-03-05\",\"narrative\":\"银行卡被盗刷，要求退还全部款项，并说明原因。\"}\n";
    assert_eq!(own(encode(GB18030, text)).records, own(text).records);
}

#[test]
fn a_row_with_bytes_that_are_not_of_the_encoding_is_rejected() {
    let mut content = encode(GB18030, CHINESE);
    content.extend_from_slice(b"3,2024-03-05,\xd6\xd0\xff\xff,x\n4,2024-03-05,y,z\n");
    let out = own(content);
    assert_eq!(out.ids(), ["1", "2", "4"]);
    assert_eq!(
        out.said(),
        ["test, row 4, column \"投诉内容\": has bytes that are not gb18030"]
    );
    let mut content = CHINESE.as_bytes().to_vec();
    content.extend_from_slice(b"3,2024-03-05,abc\xff,x\n4,2024-03-05,y,z\n");
    let out = own(content);
    assert_eq!(out.ids(), ["1", "2", "4"]);
    assert!(
        out.said()[0].contains("not UTF-8, the first is byte 4 of it"),
        "{:?}",
        out.said()
    );
}

#[test]
fn utf16_with_its_mark_is_converted() {
    let expected = own(CHINESE);
    for little in [true, false] {
        let content = utf16(&format!("\u{feff}{CHINESE}"), little);
        assert_eq!(own(content).records, expected.records);
    }
    let mut broken = utf16(&format!("\u{feff}{HEAD}1,2024-03-05,a"), true);
    broken.extend_from_slice(&[0x00, 0xd8]);
    broken.extend(utf16("b,\n2,2024-03-05,c,\n", true));
    let out = own(broken);
    assert_eq!((out.ids(), out.rejects.len()), (vec!["2"], 1));
}

#[test]
fn other_encodings_are_named_with_what_to_do() {
    let japanese =
        "source_id,received_at,narrative\n1,2024-03-05,ローンの利息を多く取られました。返金してください。\n";
    let korean =
        "source_id,received_at,narrative\n1,2024-03-05,대출 이자를 너무 많이 받았습니다 환불해 주세요\n";
    let french = "source_id,received_at,narrative\n1,2024-03-05,Prélèvement débité à tort, déjà signalé\n";
    let german =
        "source_id,received_at,narrative\n1,2024-03-05,Überweisung nicht ausgeführt, Gebühr für Rückgabe\n";
    for (encoding, text, name, label) in [
        (SHIFT_JIS, japanese, "Shift-JIS", "shift_jis"),
        (EUC_JP, japanese, "EUC-JP", "euc-jp"),
        (EUC_KR, korean, "EUC-KR", "euc-kr"),
        (BIG5, TRADITIONAL, "Big5", "big5"),
        (WINDOWS_1252, french, "Latin-1", "windows-1252"),
        (WINDOWS_1252, german, "Latin-1", "windows-1252"),
    ] {
        match bytes(&Map::named("forecourt").unwrap(), encode(encoding, text)).map(|o| o.end) {
            Ok(Err(e @ IntakeError::Encoding { .. })) => {
                let said = e.to_string();
                assert!(
                    said.contains(name) && said.contains(&format!("encoding = \"{label}\"")),
                    "{said}"
                );
                assert!(
                    said.contains("in row 2") && said.contains("0 rows were read"),
                    "{said}"
                );
            }
            other => panic!("{name}: {:?}", other.map(|_| "was read")),
        }
    }
    assert!(refused(utf16(CHINESE, true)).contains("UTF-16LE without its mark"));
    assert!(refused(utf16(CHINESE, false)).contains("UTF-16BE without its mark"));
}

#[test]
fn rows_before_a_foreign_encoding_land() {
    let mut content = HEAD.as_bytes().to_vec();
    for i in 0..5000 {
        content.extend_from_slice(format!("{i},2024-03-05,plain,\n").as_bytes());
    }
    content.extend_from_slice(b"x,2024-03-05,caf\xe9,\n");
    let out = own(content);
    assert_eq!(out.records.len(), 5000);
    let said = out.end.unwrap_err().to_string();
    assert!(
        said.contains("Latin-1") && said.contains("row 5002") && said.contains("5000 rows were read"),
        "{said}"
    );
}

#[test]
fn the_map_can_say_the_encoding() {
    let text = "name = \"b\"\nzone = \"Asia/Taipei\"\n[format]\nencoding = \"big5\"\n[id]\ncolumn = \"source_id\"\n\
        [fields]\nreceived_at = \"received_at\"\nnarrative = \"narrative\"\n";
    let map = Map::parse(text, "b.toml").unwrap();
    let out = bytes(&map, encode(BIG5, TRADITIONAL)).unwrap();
    assert!(out.records[0].narrative.or_empty().starts_with("我在貴行"));
}
