//! JSON Lines.

use crate::common::own;

#[test]
fn objects_become_records_whatever_the_order_and_nesting_of_keys() {
    let out = own(
        "{\"narrative\":\"多收\\n利息\",\"source_id\":123456789012345678,\"received_at\":\"2024-03-05\",\"allegations\":[\"a\",\"b\"],\
         \"amount\":1234.5,\"mail\":{\"subject\":\"题\"},\"other\":{\"deep\":[1,{}]},\"tags\":null}\r\n\n\
         {\"受理时间\":\"2024-03-05\",\"narrative\":\"x\",\"tags\":\"a|b\",\"title\":true}",
    );
    assert_eq!(out.said(), Vec::<String>::new());
    let r = &out.records[0];
    assert_eq!(
        (r.source_id.as_str(), r.title.or_empty()),
        ("123456789012345678", "题")
    );
    assert_eq!(r.amount.unwrap().minor, 123_450);
    assert_eq!(
        r.allegations.iter().map(|a| a.or_empty()).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert_eq!((out.records[1].place.row, out.records[1].tags.len()), (3, 2));
}

#[test]
fn wrong_types_broken_lines_and_missing_fields_are_rejected() {
    let deep = format!(
        "{{\"narrative\":{}1{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let out = own(format!(
        "{{\"source_id\":\"1\",\"received_at\":\"2024-03-05\",\"narrative\":{{\"a\":1}}}}\n\
         {{\"source_id\":\"2\",\"received_at\":20240305,\"narrative\":[[1]]}}\n\
         {{\"source_id\":\"3\",\"narrative\":\"x\"}}\n\
         {{\"source_id\":\"4\",\n\
         [1,2]\n\
         \"text\"\n\
         {deep}\n\
         {{\"source_id\":\"5\",\"source_id\":\"6\",\"received_at\":\"2024-03-05\",\"narrative\":\"x\"}}\n\
         {{\"source_id\":\"7\",\"received_at\":20240305,\"narrative\":\"x\"}}\n\
         {{\"source_id\":\"8\",\"received_at\":45000.5,\"narrative\":\"x\"}}\n\
         {{\"source_id\":\"9\",\"received_at\":\"2024-03-05\",\"narrative\":\"\\u0000\"}}\n"
    ));
    assert_eq!(out.ids(), ["7", "9"]);
    insta::assert_snapshot!(out.said().join("\n"));
}
