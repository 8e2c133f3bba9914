//! Workbooks.

use crate::common::{Outcome, collect};
use intake::{IntakeError, Map, Options};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use std::{
    io::{Read, Write},
    path::PathBuf,
};
use zip::{ZipWriter, write::SimpleFileOptions};

fn save(dir: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
    let path = dir.path().join("book.xlsx");
    std::fs::write(&path, bytes).expect("written");
    path
}

fn read(bytes: &[u8], options: Options) -> Result<Outcome, IntakeError> {
    let dir = tempfile::tempdir().expect("a folder");
    intake::open(
        &save(&dir, bytes),
        &Map::named("forecourt").expect("shipped"),
        options,
    )
    .map(collect)
}

/// A workbook as a spreadsheet program writes it: types, gaps, a blank row, a second sheet.
fn sample() -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let sheet = book.add_worksheet();
    for (column, heading) in ["投诉编号", "受理时间", "投诉内容", "金额", "联系电话", "证件号码"]
        .iter()
        .enumerate()
    {
        sheet.write(0, column as u16, *heading).expect("fits");
    }
    let at = ExcelDateTime::from_ymd(2024, 3, 5)
        .expect("fits")
        .and_hms(14, 30, 0)
        .expect("fits");
    sheet.write(1, 0, 17).expect("fits");
    sheet.write_datetime_with_format(1, 1, &at, &date).expect("fits");
    sheet.write(1, 2, "多收利息").expect("fits");
    sheet.write(1, 3, 0.1 + 0.2).expect("fits");
    sheet.write(1, 4, 13_800_000_000_f64).expect("fits");
    // Row 3 is blank.
    sheet.write(3, 0, "B").expect("fits");
    sheet.write(3, 1, "2024-03-05").expect("fits");
    sheet.write(3, 2, "x").expect("fits");
    sheet.write(3, 5, 310_101_190_001_010_000_f64).expect("fits");
    sheet.write(4, 0, "C").expect("fits");
    sheet.write(4, 1, 45_356.5).expect("fits");
    sheet.write(4, 2, "x").expect("fits");
    sheet.write(5, 0, "D").expect("fits");
    sheet.write(5, 1, "2024-03-05").expect("fits");
    sheet
        .write_formula(5, 2, Formula::new("=NA()").set_result("#N/A"))
        .expect("fits");
    sheet.write(6, 0, "E").expect("fits");
    sheet.write(6, 1, "2024-03-05").expect("fits");
    sheet.write(6, 2, "x").expect("fits");
    sheet.write(6, 7, "beyond the heading").expect("fits");
    let sheet = book.add_worksheet().set_name("第二页").expect("fits");
    for (column, text) in ["source_id", "received_at", "narrative"].iter().enumerate() {
        sheet.write(0, column as u16, *text).expect("fits");
        sheet
            .write(1, column as u16, ["Z", "2024-03-05", "文"][column])
            .expect("fits");
    }
    book.save_to_buffer().expect("fits")
}

#[test]
fn cells_become_fields_by_their_types() {
    let out = read(&sample(), Options::default()).unwrap();
    let r = &out.records[0];
    assert_eq!(
        (r.source_id.as_str(), r.received_at.0),
        ("17", 1_709_620_200_000_000)
    );
    assert_eq!(
        (r.narrative.or_empty(), r.amount.unwrap().minor),
        ("多收利息", 30)
    );
    assert_eq!(r.customer_phone.as_ref().unwrap().text(), Some("13800000000"));
    assert_eq!(out.records.len(), 1);
    let said: Vec<_> = out
        .said()
        .iter()
        .map(|s| s.split_once(", ").unwrap().1.to_owned())
        .collect();
    insta::assert_snapshot!(said.join("\n"));
    assert_eq!(out.end.unwrap().rows(), 5);
}

#[test]
fn a_sheet_can_be_named_by_the_map() {
    let text = "name = \"s\"\nzone = \"Asia/Shanghai\"\n[format]\nsheet = \"第二页\"\n[id]\ncolumn = \"source_id\"\n\
        [fields]\nreceived_at = \"received_at\"\nnarrative = \"narrative\"\n";
    let dir = tempfile::tempdir().unwrap();
    let path = save(&dir, &sample());
    let map = Map::parse(text, "s").unwrap();
    let out = collect(intake::open(&path, &map, Options::default()).unwrap());
    assert_eq!(out.ids(), ["Z"]);
    let map = Map::parse(&text.replace("第二页", "第三页"), "s").unwrap();
    let Err(e) = intake::open(&path, &map, Options::default()) else {
        panic!("opened")
    };
    assert!(
        e.to_string()
            .contains("no sheet named \"第三页\"; it has Sheet1, 第二页"),
        "{e}"
    );
}

#[test]
fn many_rows_pass_and_a_reader_can_be_dropped_early() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in ["source_id", "received_at", "narrative"].iter().enumerate() {
        sheet.write(0, column as u16, *text).unwrap();
    }
    for row in 1..=3000 {
        sheet.write(row, 0, row).unwrap();
        sheet.write(row, 1, "2024-03-05").unwrap();
        sheet.write(row, 2, format!("text {row}")).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let out = read(&bytes, Options::default()).unwrap();
    assert_eq!((out.records.len(), out.rejects.len()), (3000, 0));
    let dir = tempfile::tempdir().unwrap();
    let map = Map::named("forecourt").unwrap();
    let mut reader = intake::open(&save(&dir, &bytes), &map, Options::default()).unwrap();
    assert_eq!(reader.next().unwrap().unwrap().source_id, "1");
    drop(reader);
}

/// Rewrites the parts of a workbook.
fn rewrite(book: &[u8], mut change: impl FnMut(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a workbook");
    let mut to = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for i in 0..from.len() {
        let mut part = from.by_index(i).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("whole");
        to.start_file(name.as_str(), SimpleFileOptions::default())
            .expect("in memory");
        to.write_all(&change(&name, content)).expect("in memory");
    }
    to.finish().expect("in memory").into_inner()
}

/// Replaces one part of a workbook.
fn with_part(book: &[u8], part: &str, content: &[u8]) -> Vec<u8> {
    rewrite(
        book,
        |name, old| if name == part { content.to_vec() } else { old },
    )
}

/// Changes the XML of the first sheet.
pub(crate) fn with_sheet(book: &[u8], change: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    rewrite(book, |name, old| {
        if name.ends_with("sheet1.xml") {
            change(&old)
        } else {
            old
        }
    })
}

#[test]
fn bombs_are_refused_before_they_unpack() {
    const SHEET: &str = "xl/worksheets/sheet1.xml";
    const TEXTS: &str = "xl/sharedStrings.xml";
    let small = Options {
        max_workbook_bytes: 4 << 20,
        max_workbook_texts: 1 << 20,
        max_row_bytes: 64 << 10,
        ..Options::default()
    };
    let zeros = vec![b' '; 5 << 20];
    let huge_row = format!(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is>{}</is></c></row></sheetData></worksheet>",
        "<r><t>aaaaaaaaaa</t></r>".repeat(50_000)
    );
    let count = "<sst uniqueCount=\"99999999999999\"><si><t>a</t></si></sst>";
    let doctype = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><worksheet><sheetData/></worksheet>";
    for (part, content, said) in [
        (SHEET, &zeros[..], "unpacks to more than"),
        (TEXTS, &zeros[..2 << 20], "unpacks to more than 1048576 bytes"),
        (SHEET, huge_row.as_bytes(), "has a row of 12"),
        (TEXTS, count.as_bytes(), "declares more texts than it can hold"),
        (
            SHEET,
            doctype.as_bytes(),
            "a comment, a document type or raw text",
        ),
        (TEXTS, b"<\0s\0s\0t\0", "a NUL byte"),
    ] {
        let book = with_part(&sample(), part, content);
        match read(&book, small.clone()) {
            Err(e @ IntakeError::Workbook { .. }) => assert!(e.to_string().contains(said), "{e}"),
            Err(e) => panic!("{part}: {e}"),
            Ok(_) => panic!("{part}: {said}: was read"),
        }
    }
}

#[test]
fn a_cell_in_the_last_corner_does_not_cost_a_grid() {
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>received_at</v></c><c r=\"B1\" t=\"str\">\
        <v>narrative</v></c></row><row r=\"1048576\"><c r=\"A1048576\" t=\"str\"><v>2024-03-05</v></c>\
        <c r=\"B1048576\" t=\"str\"><v>x</v></c><c r=\"XFD1048576\" t=\"str\"><v>y</v></c></row></sheetData></worksheet>";
    let out = read(
        &with_part(&sample(), "xl/worksheets/sheet1.xml", sheet.as_bytes()),
        Options::default(),
    )
    .unwrap();
    assert_eq!(out.records.len(), 0);
    assert!(
        out.said()[0].contains("row 1048576: has more than 2000 columns"),
        "{:?}",
        out.said()
    );
}

#[test]
fn damaged_workbooks_and_other_zips_are_named() {
    let whole = sample();
    for bytes in [&whole[..whole.len() / 2], &whole[..30], b"PK\x03\x04"] {
        assert!(matches!(
            read(bytes, Options::default()),
            Err(IntakeError::Workbook { .. })
        ));
    }
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("a.csv", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"a,b\n").unwrap();
    let Err(e) = read(&zip.finish().unwrap().into_inner(), Options::default()) else {
        panic!("read")
    };
    assert!(
        e.to_string().contains("a zip archive without a workbook in it"),
        "{e}"
    );
    // A sheet that breaks off in the middle: the rows before it land.
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>received_at</v></c><c r=\"B1\" t=\"str\">\
        <v>narrative</v></c></row><row r=\"2\"><c r=\"A2\" t=\"str\"><v>2024-03-05</v></c><c r=\"B2\" t=\"str\"><v>x</v></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"str\"><v>2024-03-05</v></c></row><row r=\"4\"><c r=\"A4\" t=\"str\"><v>2024-03";
    let out = read(
        &with_part(&whole, "xl/worksheets/sheet1.xml", sheet.as_bytes()),
        Options::default(),
    )
    .unwrap();
    assert_eq!(out.records.len(), 1);
    assert!(
        out.end
            .unwrap_err()
            .to_string()
            .contains("1 rows were read before")
    );
}
