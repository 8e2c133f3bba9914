//! Maps: what they can say, and how mistakes in them are told.

use crate::common::bytes;
use intake::{Channel, Line, Map, MapError};

#[test]
fn shipped_maps_are_whole_and_named() {
    for name in Map::names() {
        let map = Map::named(name).unwrap();
        assert_eq!(map.name(), name);
        assert!(!map.title().is_empty());
        assert_eq!(Map::find(name).unwrap().source(), map.source());
    }
    let said = Map::find("nowhere").unwrap_err().to_string();
    assert_eq!(
        said,
        "there is no map named \"nowhere\"; shipped are: forecourt, cfpb. Give one of these, or the path of a map file"
    );
}

#[test]
fn a_map_file_is_loaded_by_path() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("own.toml");
    std::fs::write(
        &path,
        "name = \"own\"\nzone = \"UTC\"\n[fields]\nreceived_at = \"d\"\n",
    )
    .unwrap();
    assert_eq!(Map::find(path.to_str().unwrap()).unwrap().source(), "own");
    assert!(matches!(
        Map::load(&dir.path().join("no.toml")),
        Err(MapError::Open { .. })
    ));
}

#[test]
fn every_mistake_is_told_with_line_and_path() {
    let text = r#"nmae = "x"
zone = "Asia/Shangai"
currency = "yuan"
tags = "vip"

[format]
delimiter = "::"
encoding = "utf-9"
heading_row = 0
colour = "red"

[id]
colum = "id"
missing = "guess"

[fields]
product = { column = "p", constant = "q" }
titel = "t"
title = {}
narrative = { column = 5, required = "yes" }
branch = { join = ["a"], with = "-" }
amount = { column = "a", decimal = "komma", separator = ";" }
line = { column = "l", default = "mortgages" }
currency = { constant = "rmb" }
address = { column = "a", with = " ", dates = ["%Y"] }

[fields.channel]
column = "c"
otherwise = "pigeon"
values = { "Web" = "web", "WEB" = "app", "P" = "post office" }

[fields.received_at]
column = ""
dates = ["%Q"]

[[allegations]]
separator = ""
"#;
    let Err(MapError::Mistakes { mistakes, .. }) = Map::parse(text, "m.toml") else {
        panic!("was accepted")
    };
    let said: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_map_that_is_no_toml_is_told_with_its_line() {
    let said = Map::parse("name = \"x\"\nzone = \n[fields\n", "m.toml")
        .unwrap_err()
        .to_string();
    assert!(
        said.starts_with("the map m.toml has") && said.contains("line 2"),
        "{said}"
    );
}

#[test]
fn joins_values_defaults_constants_and_separators_do_what_they_say() {
    let map = Map::parse(
        r#"
name = "m"
zone = "Asia/Tokyo"
currency = "JPY"
[format]
heading_row = 3
[id]
join = ["year", "no"]
with = "/"
missing = "refuse"
[fields]
received_at = { column = "when", dates = ["%d.%m.%Y %H:%M", "%d.%m.%Y"] }
narrative = { join = ["a", "b", "c"], with = "\n" }
title = { column = "a", trim = false }
language = { constant = "ja" }
product = { column = "p", default = "unknown" }
amount = { column = "sum", decimal = "comma" }
[fields.channel]
column = "ch"
otherwise = "other"
values = { "T" = "phone" }
[fields.line]
column = "ln"
only_listed = true
values = { "K" = "loan" }
[[allegations]]
column = "wants"
separator = ";"
[[allegations]]
column = "b"
[[tags]]
constant = "imported"
[[tags]]
column = "p"
default = "no-product"
[extra]
kept = "x"
"#,
        "m.toml",
    )
    .unwrap();
    let out = bytes(
        &map,
        "Report\nof today\n\
         year,no,when,a,b,c,p,sum,ch,ln,wants,x\n\
         2024,1,05.03.2024 09:30, A ,,C,,1.234,t,k,money; apology;money,keep\n\
         2024,2,05.03.2024,A,B,,P,12,Z,Q,,\n\
         2024,,05.03.2024,A,B,,P,12,Z,K,,\n",
    )
    .unwrap();
    assert_eq!(
        out.said(),
        [
            "test, row 5, column \"ln\": is not among the values that the map lists: k",
            "test, row 6, column \"year\": is empty, but the map requires the id of the source",
        ]
    );
    let r = &out.records[0];
    assert_eq!(
        (r.source_id.as_str(), r.received_at.0),
        ("2024/1", 1_709_598_600_000_000)
    );
    assert_eq!((r.narrative.or_empty(), r.title.or_empty()), ("A\nC", " A "));
    assert_eq!(
        (r.language.as_deref(), r.product.as_str()),
        (Some("ja"), "unknown")
    );
    assert_eq!((r.channel, r.line), (Channel::Phone, Line::Loan));
    assert_eq!(
        r.amount.unwrap().minor,
        1234,
        "yen have no decimals, and the map says that the point groups"
    );
    assert_eq!(
        r.allegations.iter().map(|a| a.or_empty()).collect::<Vec<_>>(),
        ["money", "apology"]
    );
    assert_eq!(r.tags, ["imported", "no-product"]);
    assert_eq!(r.extra, [("kept".to_owned(), "keep".to_owned())]);
    assert_eq!(r.place.row, 4);
}
