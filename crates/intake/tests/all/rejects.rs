//! Reject files: their form, and that a mended one can be read again.

use crate::common::{bytes, own};
use intake::Map;

#[test]
fn a_reject_file_names_place_and_reason_and_keeps_the_row() {
    let out = own("received_at,narrative,source_id,note\n\
         2024-02-30,\"a, \"\"b\"\"\nc\",1,n\n\
         2024-03-05,x,2,n,surplus\n\
         2024-03-05,\"x\"y,3,n\n");
    insta::assert_snapshot!(out.reject_file());
}

#[test]
fn a_mended_reject_file_is_read_with_the_same_map() {
    let text = "received_at,narrative,source_id,row,value\n\
        2024-02-30,\"a, \"\"b\"\"\nc\",1,r,v\n\
        2024-03-05,x,2,r,v\n";
    let out = own(text);
    assert_eq!((out.ids(), out.rejects.len()), (vec!["2"], 1));
    let mended = out
        .reject_file()
        .replacen(",2024-02-30,\"a", ",2024-02-28,\"a", 1);
    let again = own(mended);
    assert_eq!(again.said(), Vec::<String>::new());
    assert_eq!(
        again.headings,
        ["received_at", "narrative", "source_id", "row", "value"]
    );
    let whole = own(text.replace("02-30", "02-28"));
    let (mut a, b) = (again.records[0].clone(), &whole.records[0]);
    a.place = b.place.clone();
    assert_eq!(&a, b);
    // What is not mended is rejected again, with its original place lost but nothing else.
    let twice = own(out.reject_file());
    assert_eq!(twice.rejects[0].cells, out.rejects[0].cells);
}

#[test]
fn json_rows_are_mended_as_json() {
    let out = own(
        "{\"source_id\":\"1\",\"received_at\":\"2024-02-30\",\"narrative\":\"a \\\"b\\\", c\"}\n{\"source_id\"\n",
    );
    assert_eq!(out.rejects.len(), 2);
    let again = own(out
        .reject_file()
        .replace("\"\"2024-02-30\"\"", "\"\"2024-02-28\"\""));
    assert_eq!((again.ids(), again.rejects.len()), (vec!["1"], 1));
    assert_eq!(again.records[0].narrative.or_empty(), "a \"b\", c");
}

#[test]
fn debug_and_display_do_not_show_what_a_customer_wrote() {
    let out = own("received_at,narrative,source_id\n2024-02-30,secret-one,1\n2024-03-05,secret-two,2\n");
    let shown = format!("{:?} {} {:?}", out.rejects[0], out.rejects[0], out.records[0]);
    assert!(!shown.contains("secret"), "{shown}");
    assert!(out.rejects[0].raw.contains("secret-one"));
}

#[test]
fn a_second_import_of_the_same_rows_gives_the_same_ids() {
    let map = Map::named("cfpb").unwrap();
    let text = "Complaint ID,Date received,Product\n1,2024-03-05,Mortgage\n,2024-03-05,Mortgage\n";
    let (a, b) = (bytes(&map, text).unwrap(), bytes(&map, text).unwrap());
    assert_eq!(a.ids(), b.ids());
}
