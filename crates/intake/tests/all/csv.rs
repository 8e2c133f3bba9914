//! CSV: the form of the file, and every kind of bad row.

use crate::common::{HEAD, bytes, own, refused, stream};
use domain::{Money, Timestamp};
use intake::{Channel, Line, Map, Options, Position};
use std::io::{Cursor, Read};

/// 2024-03-05 14:30 in Shanghai.
const AT: Timestamp = Timestamp(1_709_620_200_000_000);

#[test]
fn every_field_of_the_own_layout_is_read_from_headings_in_any_order() {
    let out = own(
        "tags,lon,lat,address,allegations,currency,amount,branch,language,customer_account,customer_email,\
         customer_id_number,customer_phone,customer_name,narrative,title,product,line,channel,received_at,source_id\n\
         vip|复诉,121.47,31.23,上海市某路1号,多收利息|不退还 | ,CNY,\"￥1,234.56\",SH01,zh-CN,6222 0000,a@example.com,\
         310101190001010000,13800000000,张三,\"他说\"\"不退\"\"\n第二行\",标题,消费贷,贷款,手机银行,2024-03-05 14:30,A-1\n",
    );
    assert_eq!(out.said(), Vec::<String>::new());
    let r = &out.records[0];
    assert_eq!(
        (r.source.as_ref(), r.source_id.as_str(), r.id_from_content),
        ("forecourt", "A-1", false)
    );
    assert_eq!(
        (r.received_at, r.channel, r.line, r.product.as_str()),
        (AT, Channel::App, Line::Loan, "消费贷")
    );
    assert_eq!(
        (r.title.or_empty(), r.narrative.or_empty()),
        ("标题", "他说\"不退\"\n第二行")
    );
    let personal = [
        &r.customer_name,
        &r.customer_phone,
        &r.customer_id_number,
        &r.customer_email,
        &r.customer_account,
    ];
    let texts = personal.map(|p| p.as_ref().and_then(|p| p.text()).unwrap_or(""));
    assert_eq!(
        texts,
        [
            "张三",
            "13800000000",
            "310101190001010000",
            "a@example.com",
            "6222 0000"
        ]
    );
    assert_eq!(r.language.as_deref(), Some("zh-CN"));
    assert_eq!(r.branch.as_ref().map(|b| b.0.as_str()), Some("SH01"));
    assert_eq!(r.amount, Some(Money::cny(123_456)));
    assert_eq!(
        r.allegations.iter().map(|a| a.or_empty()).collect::<Vec<_>>(),
        ["多收利息", "不退还"]
    );
    assert_eq!(r.address.as_ref().and_then(|a| a.text()), Some("上海市某路1号"));
    assert_eq!(
        r.position,
        Some(Position {
            lat: 31.23,
            lon: 121.47
        })
    );
    assert_eq!(r.tags, ["vip", "复诉"]);
    assert_eq!((r.place.row, r.place.line), (2, 2));
}

#[test]
fn chinese_headings_semicolons_tabs_and_excels_sep_line_are_understood() {
    for text in [
        "投诉编号;受理时间;投诉内容;渠道\r\nA;2024年3月5日 14:30;文;电话\r\n",
        "投诉编号\t受理时间\t投诉内容\t渠道\nA\t2024/3/5 14:30\t文\t电话",
        "sep=;\r\n投诉编号;受理时间;投诉内容;渠道\r\nA;20240305 14:30;文;电话\r\n",
        "\u{feff}投诉编号|受理时间|投诉内容|渠道\nA|2024-03-05T06:30:00Z|文|phone\n",
        "投诉编号,受理时间,投诉内容,渠道\rA,2024.3.5 14:30:00,文,电话\r",
    ] {
        let out = own(text);
        assert_eq!(out.said(), Vec::<String>::new(), "{text:?}");
        assert_eq!(
            (out.records[0].received_at, out.records[0].channel),
            (AT, Channel::Phone),
            "{text:?}"
        );
    }
}

#[test]
fn rows_and_lines_are_counted_as_people_see_them() {
    let out = own(format!(
        "{HEAD}1,2024-03-05,\"a\nb\nc\",\n\n2,2024-03-05,x,\n3,bad,x,\n"
    ));
    let places: Vec<_> = out.records.iter().map(|r| (r.place.row, r.place.line)).collect();
    assert_eq!(places, [(2, 2), (4, 6)]);
    assert_eq!(
        out.said(),
        ["test, row 5 (line 7), column \"received_at\": is no date such as 2024-03-05 or 2024-03-05 14:30"]
    );
}

#[test]
fn ragged_rows_are_rejected_and_the_others_land() {
    let out = own(format!(
        "{HEAD}1,2024-03-05,x\n2,2024-03-05,x,,,\n3,2024-03-05,x,1,9\n4,2024-03-05,x,1\n"
    ));
    assert_eq!(out.ids(), ["2", "4"]);
    assert_eq!(
        out.said(),
        [
            "test, row 2: has 3 columns where the heading has 4",
            "test, row 4: has 5 columns where the heading has 4"
        ]
    );
}

#[test]
fn broken_quotes_cost_one_row_each() {
    let out = own(format!(
        "{HEAD}1,2024-03-05,\"He said \"no\" to me\",\n2,2024-03-05,a \"bare\" quote,\n3,2024-03-05,\"never closed,\n4,2024-03-05,x,\n5,2024-03-05,y,\n"
    ));
    assert_eq!(out.ids(), ["2", "4", "5"]);
    assert_eq!(out.records[0].narrative.or_empty(), "a \"bare\" quote");
    assert_eq!(
        out.said(),
        [
            "test, row 2: has text after the closing quote of column 3: a quote inside a field must be doubled",
            "test, row 4: opens a quote that is never closed; the lines after it are read as rows of their own"
        ]
    );
    assert_eq!(out.rejects[1].raw, "3,2024-03-05,\"never closed,");
}

#[test]
fn nul_bytes_are_rejected() {
    let out = own(format!("{HEAD}1,2024-03-05,a\0b,\n2,2024-03-05,x,\n"));
    assert_eq!(out.ids(), ["2"]);
    assert_eq!(
        out.said(),
        ["test, row 2: has a NUL byte, which no text has: the file is damaged here"]
    );
}

#[test]
fn a_second_row_with_the_same_id_names_the_first() {
    let out = own(format!(
        "{HEAD}7,2024-03-05,a,\n8,2024-03-05,b,\n7,2024-03-06,c,\n,2024-03-05,d,\n,2024-03-05,d,\n"
    ));
    assert_eq!(out.records.len(), 3);
    assert!(out.records[2].id_from_content && out.records[2].source_id.starts_with("content-"));
    assert_eq!(
        out.said(),
        [
            "test, row 4, column \"source_id\": has the same id as row 2, which was read",
            "test, row 6, column \"source_id\": has the same content as row 5, which was read; without an id they cannot be told apart"
        ]
    );
}

#[test]
fn a_rejected_row_does_not_block_its_id() {
    let out = own(format!("{HEAD}7,no date,a,\n7,2024-03-05,a,\n"));
    assert_eq!((out.ids(), out.rejects.len()), (vec!["7"], 1));
}

#[test]
fn ids_from_content_do_not_depend_on_the_order_of_columns() {
    let a = own("received_at,narrative,tags\n2024-03-05,x,t\n");
    let b = own("tags,narrative,received_at\nt,x,2024-03-05\n");
    let c = own("{\"narrative\":\"x\",\"received_at\":\"2024-03-05\",\"tags\":\"t\"}\n");
    let d = own("tags,narrative,received_at\nt,y,2024-03-05\n");
    assert_eq!(a.ids(), b.ids());
    assert_eq!(a.ids(), c.ids());
    assert_ne!(a.ids(), d.ids());
}

#[test]
fn dates_that_do_not_exist_and_empty_required_fields_are_rejected() {
    let out = own(format!(
        "{HEAD}1,2023-02-30,x,\n2,,x,\n3,2024-03-05,  ,\n4,05/03/2024,x,\n5,2024-02-29 24:01,x,\n6,0024-03-05,x,\n"
    ));
    assert_eq!(
        out.said(),
        [
            "test, row 2, column \"received_at\": is not a date that exists",
            "test, row 3, column \"received_at\": is empty, but received_at is required",
            "test, row 4, column \"narrative\": is empty, but narrative is required",
            "test, row 5, column \"received_at\": is no date such as 2024-03-05 or 2024-03-05 14:30",
            "test, row 6, column \"received_at\": has a time of day that does not exist",
            "test, row 7, column \"received_at\": lies outside the years 1900 to 2199",
        ]
    );
    assert_eq!(out.rejects[0].value, "2023-02-30");
}

#[test]
fn receipts_in_the_future_are_rejected_when_the_caller_says_now() {
    let map = Map::named("forecourt").unwrap();
    let options = Options {
        latest: Some(AT),
        ..Options::default()
    };
    let text = format!("{HEAD}1,2024-03-05 14:30,x,\n2,2024-03-05 14:31,x,\n");
    let out = stream(&map, Box::new(Cursor::new(text)), options).unwrap();
    assert_eq!(
        out.said(),
        ["test, row 3, column \"received_at\": lies in the future"]
    );
}

#[test]
fn numbers_that_a_spreadsheet_shortened_are_rejected() {
    let out = own("received_at,narrative,customer_id_number\n2024-03-05,x,3.10101E+17\n");
    assert!(
        out.said()[0].contains("shortened by a spreadsheet"),
        "{:?}",
        out.said()
    );
}

#[test]
fn a_missing_required_column_is_named_with_what_was_found() {
    assert_eq!(
        refused("id,when,text\n1,2024-03-05,x\n"),
        "test lacks a column for narrative, headed \"narrative\" or \"投诉内容\" or \"mail.text\"; \
         a column for received_at, headed \"received_at\" or \"受理时间\" or \"mail.received\"; \
         found: \"id\", \"when\", \"text\". Nothing was read; rename the columns or use another map"
    );
}

#[test]
fn a_heading_that_stands_twice_is_refused() {
    assert!(refused("received_at,narrative,Received_At\n").contains("columns 1 and 3 have the same heading"));
}

#[test]
fn nothing_and_other_kinds_of_files_are_named() {
    for (content, said) in [
        (&b""[..], "test is empty"),
        (b"\n\n", "test is empty"),
        (b"%PDF-1.7 x", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Office file"),
        (b"[{\"a\":1}]", "one JSON list"),
        (b"<html><table>", "HTML or XML"),
        (b"From a@example.com Mon\nFrom: a@example.com\n", "mbox"),
        (b"\x28\xb5\x2f\xfd\0", "zstd"),
        (b"\xff\xfe\0\0a\0\0\0", "UTF-32"),
        (b"PK\x03\x04", "zip archive"),
    ] {
        let text = refused(content);
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn unused_headings_are_told() {
    let map = Map::named("forecourt").unwrap();
    let text = format!("mood,{HEAD}");
    let reader =
        intake::Reader::from_stream(Box::new(Cursor::new(text)), "t", 0, &map, Options::default()).unwrap();
    assert_eq!(reader.unused_headings(), ["mood"]);
}

#[test]
fn the_cfpb_download_and_the_sample_give_the_same_records() {
    let map = Map::named("cfpb").unwrap();
    let download = "Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,Company public response,\
        Company,State,ZIP code,Tags,Consumer consent provided?,Submitted via,Date sent to company,\
        Company response to consumer,Timely response?,Consumer disputed?,Complaint ID\n\
        03/18/20,Mortgage,FHA,Fees,Late fee,Text,,BANK,FL,330XX,\"Older American, Servicemember\",Consent provided,Referral,\
        03/19/20,Closed,Yes,N/A,3571115\n";
    let sample = "complaint_id,source,date_received,date_sent,product,sub_product,issue,sub_issue,narrative,company,state,zip,\
        tags,consent,submitted_via,company_response,timely,disputed\n\
        3571115,s,2020-03-18,03/19/20,Mortgage,FHA,Fees,Late fee,Text,BANK,FL,330XX,\"Older American, Servicemember\",\
        Consent provided,Referral,Closed,Yes,N/A\n";
    let (mut a, b) = (bytes(&map, download).unwrap(), bytes(&map, sample).unwrap());
    let (a, b) = (a.records.remove(0), &b.records[0]);
    assert_eq!(&a, b);
    assert_eq!(
        (a.channel, a.line, a.source_id.as_str()),
        (Channel::Regulator, Line::Loan, "3571115")
    );
    assert_eq!(
        (a.title.or_empty(), a.allegations[0].or_empty()),
        ("Fees: Late fee", "Fees: Late fee")
    );
    assert_eq!(a.tags, ["Older American", "Servicemember"]);
    assert!(
        a.extra.contains(&("state".to_owned(), "FL".to_owned())),
        "{:?}",
        a.extra
    );
}

/// Gives `before`, then `length` bytes of `x`, then `after`, and remembers nothing.
struct Generated {
    before: Cursor<Vec<u8>>,
    length: u64,
    after: Cursor<Vec<u8>>,
}

impl Read for Generated {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.before.read(buf)?;
        if n > 0 {
            return Ok(n);
        }
        let n = buf.len().min(usize::try_from(self.length).unwrap_or(usize::MAX));
        if n > 0 {
            buf[..n].fill(b'x');
            self.length -= n as u64;
            return Ok(n);
        }
        self.after.read(buf)
    }
}

#[test]
fn a_line_of_two_gigabytes_is_one_reject() {
    const TWO_GB: u64 = 2 << 30;
    for (before, after) in [
        (
            format!("{HEAD}1,2024-03-05,a,\n2,2024-03-05,"),
            ",\n3,2024-03-05,c,\n".to_owned(),
        ),
        (
            "{\"source_id\":\"1\",\"received_at\":\"2024-03-05\",\"narrative\":\"a\"}\n{\"x\":\"".to_owned(),
            "\"}\n{\"source_id\":\"3\",\"received_at\":\"2024-03-05\",\"narrative\":\"c\"}\n".to_owned(),
        ),
    ] {
        let source = Generated {
            before: Cursor::new(before.into()),
            length: TWO_GB,
            after: Cursor::new(after.into()),
        };
        let map = Map::named("forecourt").unwrap();
        let out = stream(&map, Box::new(source), Options::default()).unwrap();
        assert_eq!(out.ids(), ["1", "3"]);
        assert!(out.said()[0].contains("is 21474836"), "{:?}", out.said());
        assert!(out.rejects[0].raw.len() < 2000);
        assert_eq!(out.end.unwrap().rows(), 3);
    }
}

#[test]
fn an_unclosed_quote_before_a_huge_file_costs_one_row() {
    let mut text = format!("{HEAD}1,2024-03-05,\"open,\n");
    for i in 2..3000 {
        text.push_str(&format!("{i},2024-03-05,text,\n"));
    }
    let map = Map::named("forecourt").unwrap();
    let options = Options {
        max_row_bytes: 10_000,
        ..Options::default()
    };
    let out = stream(&map, Box::new(Cursor::new(text)), options).unwrap();
    assert_eq!((out.records.len(), out.rejects.len()), (2998, 1));
}
