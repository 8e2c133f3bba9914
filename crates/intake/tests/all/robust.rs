//! No parser panics, loops or invents rows, whatever the bytes.

use crate::common::{bytes, collect};
use intake::{Map, Options};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Edits that damaged files show: bytes changed, taken out, put in, doubled, the end cut.
#[derive(Clone, Debug)]
enum Edit {
    Set(prop::sample::Index, u8),
    Remove(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Double(prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let special = prop::sample::select(vec![
        b'"', b',', b'\n', b'\r', 0, 0xff, b'{', b'[', b'\\', b'<', 0x81, b'9',
    ]);
    let byte = prop_oneof![special, any::<u8>()];
    let at = any::<prop::sample::Index>;
    let edit = prop_oneof![
        (at(), byte.clone()).prop_map(|(i, b)| Edit::Set(i, b)),
        (at(), 1..50_usize).prop_map(|(i, n)| Edit::Remove(i, n)),
        (at(), prop::collection::vec(byte, 1..20)).prop_map(|(i, b)| Edit::Insert(i, b)),
        (at(), 1..200_usize).prop_map(|(i, n)| Edit::Double(i, n)),
        at().prop_map(Edit::Cut),
    ];
    prop::collection::vec(edit, 1..6)
}

fn edited(content: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = content.to_vec();
    for edit in edits {
        let size = out.len().max(1);
        let span = |i: &prop::sample::Index, n: usize, len: usize| {
            let start = i.index(size).min(len);
            start..(start + n).min(len)
        };
        match edit {
            Edit::Set(i, b) => {
                if let Some(slot) = out.get_mut(i.index(size)) {
                    *slot = *b;
                }
            }
            Edit::Remove(i, n) => {
                out.drain(span(i, *n, out.len()));
            }
            Edit::Insert(i, b) => {
                let at = i.index(size).min(out.len());
                out.splice(at..at, b.iter().copied());
            }
            Edit::Double(i, n) => {
                let span = span(i, *n, out.len());
                let copy = out[span.clone()].to_vec();
                out.splice(span.start..span.start, copy);
            }
            Edit::Cut(i) => out.truncate(i.index(size)),
        }
    }
    out
}

const CSV: &str = "source_id,received_at,narrative,amount,tags,lat,lon\n1,2024-03-05 10:00,\"多收, \"\"利息\"\"\n了\",\"1,234.56\",a|b,31.2,121.4\n\
    2,2024/3/5,客服不答复,￥12,,,\n3,2023-02-30,x,,,,\n";
const JSON: &str = "{\"source_id\":\"1\",\"received_at\":\"2024-03-05\",\"narrative\":\"多收\\u0041\",\"amount\":12.5,\"tags\":[\"a\",\"b\"]}\n\
    {\"source_id\":2,\"received_at\":\"2024-03-05\",\"narrative\":\"x\",\"mail\":{\"subject\":null}}\n";
const MAIL: &str = "Message-ID: <m@example.com>\nDate: Tue, 5 Mar 2024 09:00:00 +0000\nReceived: by x; Tue, 5 Mar 2024 09:00:01 +0000\n\
    From: =?UTF-8?B?5p2O5Zub?= <a@example.com>\nSubject: =?GB2312?Q?=B4=FB?=\nContent-Type: multipart/alternative; boundary=\"b\"\n\n\
    --b\nContent-Type: text/plain; charset=gb18030\nContent-Transfer-Encoding: quoted-printable\n\n=B4=FB=BF=EE\n--b\nContent-Type: text/html\n\n\
    <p>x &amp; <b>y</b></p>\n--b--\n";

static MAPS: LazyLock<Vec<Map>> = LazyLock::new(|| {
    Map::names()
        .into_iter()
        .map(|name| Map::named(name).expect("shipped"))
        .collect()
});

/// Reads a content in whatever format it turns out to be; every row must be one record or reject.
fn survives(content: Vec<u8>) {
    // Gzip packs at most about a thousandfold.
    let packed = if content.starts_with(&[0x1f, 0x8b]) {
        1100
    } else {
        1
    };
    let most = packed * (content.len() as u64 + 1);
    for map in MAPS.iter() {
        if let Ok(out) = bytes(map, content.clone()) {
            let rows = (out.records.len() + out.rejects.len()) as u64;
            assert!(rows <= most, "{rows} rows of {most} bytes");
            if let Ok(tally) = &out.end {
                assert_eq!(tally.rows(), rows);
            }
            let _ = bytes(&MAPS[0], out.reject_file());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_survived(content in prop::collection::vec(any::<u8>(), 0..2000)) {
        survives(content);
    }

    #[test]
    fn random_bytes_after_a_good_beginning_are_survived(
        start in prop::sample::select(vec![CSV, JSON, MAIL]),
        tail in prop::collection::vec(any::<u8>(), 0..1000),
    ) {
        survives([start.as_bytes(), &tail].concat());
    }

    #[test]
    fn edited_files_are_survived(start in prop::sample::select(vec![CSV, JSON, MAIL]), edits in edits()) {
        survives(edited(start.as_bytes(), &edits));
    }

    #[test]
    fn edited_files_in_other_encodings_are_survived(utf16 in any::<bool>(), edits in edits()) {
        let content = if utf16 {
            format!("\u{feff}{CSV}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else {
            encoding_rs::GB18030.encode(CSV).0.into_owned()
        };
        survives(edited(&content, &edits));
    }

    #[test]
    fn edited_gzip_is_survived(edits in edits()) {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut out, CSV.repeat(20).as_bytes()).expect("in memory");
        survives(edited(&out.finish().expect("in memory"), &edits));
    }

    #[test]
    fn edited_maps_are_survived(name in prop::sample::select(Map::names()), edits in edits()) {
        let text = std::fs::read(format!("{}/../../maps/{name}.toml", env!("CARGO_MANIFEST_DIR"))).expect("is there");
        let text = String::from_utf8_lossy(&edited(&text, &edits)).into_owned();
        if let Ok(map) = Map::parse(&text, "m") {
            let _ = bytes(&map, CSV);
        }
    }

    /// What a correct writer writes is read back, whatever delimiter and line end it uses.
    #[test]
    fn what_another_writer_wrote_is_read_back(
        cells in prop::collection::vec(prop::collection::vec("[ -~\r\n张三]{0,12}", 3), 1..20),
        delimiter in prop::sample::select(b",;\t|".to_vec()),
        crlf in any::<bool>(),
        quote in any::<bool>(),
    ) {
        let map = Map::parse(
            "name = \"m\"\nzone = \"UTC\"\n[id]\ncolumn = \"no\"\n[fields]\nreceived_at = \"at\"\n\
             title = { column = \"a\", trim = false }\nnarrative = { column = \"b\", trim = false }\n\
             product = { column = \"c\", trim = false }\n",
            "m",
        ).expect("a good map");
        let mut out = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .quote_style(if quote { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .from_writer(Vec::new());
        out.write_record(["no", "at", "a", "b", "c"]).expect("in memory");
        for (i, row) in cells.iter().enumerate() {
            out.write_record([&i.to_string(), "2024-03-05", &row[0], &row[1], &row[2]]).expect("in memory");
        }
        let read = bytes(&map, out.into_inner().expect("in memory")).expect("opens");
        prop_assert_eq!(read.said(), Vec::<String>::new());
        let got: Vec<Vec<String>> = read.records.iter()
            .map(|r| vec![r.title.or_empty().to_owned(), r.narrative.or_empty().to_owned(), r.product.clone()])
            .collect();
        prop_assert_eq!(got, cells);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn edited_workbooks_are_survived(edits in edits(), inside in any::<bool>()) {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, text) in ["source_id", "received_at", "narrative"].iter().enumerate() {
            sheet.write(0, column as u16, *text).expect("fits");
            sheet.write(1, column as u16, ["1", "2024-03-05", "x"][column]).expect("fits");
        }
        let book = book.save_to_buffer().expect("in memory");
        // Damage the XML itself as well as the archive around it.
        let content = if inside { crate::workbook::with_sheet(&book, |xml| edited(xml, &edits)) } else { edited(&book, &edits) };
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("b.xlsx");
        std::fs::write(&path, content).expect("written");
        if let Ok(reader) = intake::open(&path, &Map::named("forecourt").expect("shipped"), Options::default()) {
            let _ = collect(reader);
        }
    }
}
