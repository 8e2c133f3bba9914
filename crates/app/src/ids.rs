//! Ids: drawn at the rim, or derived so that the same input leads to the same id.

use domain::{CaseId, CustomerId, EventId, FileId};
use sha2::{Digest, Sha256};

/// Draws a fresh event id.
pub(crate) fn fresh() -> EventId {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    EventId(u128::from_be_bytes(bytes))
}

fn digest(kind: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((kind.len() as u64).to_be_bytes());
    hash.update(kind);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn wide(digest: [u8; 32]) -> u128 {
    u128::from_be_bytes(digest[..16].try_into().expect("sixteen of thirty-two bytes"))
}

/// Returns the case of a source id: the same source id is the same case. `salt` is 0 but for the rare
/// collision of two source ids, which the import finds and resolves by counting up.
pub(crate) fn case_of(source: &str, source_id: &str, salt: u8) -> CaseId {
    let d = digest("case", &[source.as_bytes(), source_id.as_bytes(), &[salt]]);
    CaseId::from_bits(u64::from_be_bytes(
        d[..8].try_into().expect("eight of thirty-two bytes"),
    ))
}

/// Returns the id of the `n`th event of an order, so that a repeated order repeats its ids.
pub(crate) fn event_of(order: EventId, n: usize) -> EventId {
    EventId(wide(digest(
        "event",
        &[&order.bytes(), &(n as u64).to_be_bytes()],
    )))
}

/// Returns the id of the file that an order attaches: the same order sent again is the same file.
pub(crate) fn file_of(order: EventId) -> FileId {
    FileId(wide(digest("file", &[&order.bytes()])))
}

/// Returns the id of the `n`th order of a form that gives several at once.
pub(crate) fn order_of(form: EventId, n: usize) -> EventId {
    EventId(wide(digest("order", &[&form.bytes(), &(n as u64).to_be_bytes()])))
}

/// Returns the order id of receiving a case from a source: repeating an import repeats it.
pub(crate) fn receipt_of(case: CaseId, source: &str, source_id: &str) -> EventId {
    EventId(wide(digest(
        "receipt",
        &[
            &case.bits().to_be_bytes(),
            source.as_bytes(),
            source_id.as_bytes(),
        ],
    )))
}

/// Returns the customer of whom nothing is known but this complaint.
pub(crate) fn unknown_customer(source: &str, source_id: &str) -> CustomerId {
    CustomerId(wide(digest(
        "customer",
        &[source.as_bytes(), source_id.as_bytes()],
    )))
}

/// Returns the SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Returns a stand-in for the hash of a signed document, in hexadecimal.
pub(crate) fn document_hash(name: &str) -> String {
    digest("document", &[name.as_bytes()])
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}
