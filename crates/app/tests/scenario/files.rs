//! Files of a case, from upload to erasure.

use crate::desk::*;
use app::{Deed, OfficeError, Upload, Viewer, sniff::NotAccepted};
use domain::{
    Actor, BranchId, CaseId, EventId, FileId, Role,
    case::{CloseReason, Command, FileKind, FileLimits, Refusal},
};
use std::path::Path;

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
const TEXT: &[u8] = "PLANTED 流水说明 6222000011112222".as_bytes();

fn viewer(actor: Actor, branch: &str) -> Viewer {
    Viewer {
        actor,
        branch: BranchId::from(branch),
    }
}

fn upload<'a>(name: &'a str, content: &'a [u8]) -> Upload<'a> {
    Upload {
        name,
        declared: "",
        kind: FileKind::Evidence,
        note: "柜面提供",
        content,
    }
}

/// The branch to which the cases of the desk belong.
fn branch(desk: &Desk, case: CaseId) -> String {
    let row = desk
        .office
        .store()
        .case_row(case)
        .expect("reads")
        .expect("is there");
    row.branch
}

fn attach(desk: &Desk, n: u128, case: CaseId, content: &[u8]) -> Result<FileId, OfficeError> {
    let viewer = viewer(handler(), &branch(desk, case));
    let done = desk
        .office
        .attach(EventId(n), case, &viewer, &upload("流水.txt", content))?;
    Ok(done.file.id)
}

fn sealed(dir: &Path) -> usize {
    let Ok(read) = std::fs::read_dir(dir) else {
        return 0;
    };
    read.flatten()
        .map(|e| if e.path().is_dir() { sealed(&e.path()) } else { 1 })
        .sum()
}

#[test]
fn a_file_is_attached_listed_opened_and_every_opening_is_recorded() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    let me = viewer(handler(), &branch(&desk, case));
    let order = EventId(77);
    let first = desk
        .office
        .attach(order, case, &me, &upload("../流水", PDF))
        .expect("is attached");
    assert!(!first.already);
    assert_eq!(first.file.name.text(), Some("流水.pdf"));
    assert_eq!(first.file.media, "application/pdf");
    // The same order again is the same file; with other content it is refused.
    let again = desk
        .office
        .attach(order, case, &me, &upload("../流水", PDF))
        .expect("is known");
    assert!(again.already);
    assert_eq!(again.file, first.file);
    assert_eq!(again.versions, first.versions);
    let other = desk.office.attach(order, case, &me, &upload("x.txt", TEXT));
    assert!(matches!(other, Err(OfficeError::OtherFile)), "{other:?}");
    let stranger = viewer(supervisor(), &me.branch.0);
    let other = desk
        .office
        .attach(order, case, &stranger, &upload("../流水", PDF));
    assert!(matches!(other, Err(OfficeError::OtherFile)), "{other:?}");
    // The same content under another order is the same file twice.
    let twice = desk.office.attach(EventId(78), case, &me, &upload("b.pdf", PDF));
    assert!(
        matches!(&twice, Err(OfficeError::Refused { refusal: Refusal::FileTwice(id), .. }) if *id == first.file.id),
        "{twice:?}"
    );
    assert_eq!(
        sealed(&desk.dir.path().join("attachments")),
        1,
        "what is refused is not sealed first"
    );

    let opened = desk.office.open_file(case, &me, first.file.id).expect("opens");
    assert_eq!(opened.content, PDF);
    assert_eq!(opened.attachment.by, me.actor.id);
    let dossier = desk.office.open_case(case, &handler(), "test").expect("opens");
    let customer = dossier.case.facts.customer.expect("has a customer");
    let readings = desk.office.store().accesses(customer).expect("reads");
    assert!(
        readings
            .iter()
            .any(|r| r.what == format!("file {}", first.file.id) && r.actor.ends_with("handler-01")),
        "{readings:?}"
    );
    assert!(desk.office.store().verify(|_| {}).expect("verifies").whole());
    let missing = desk.office.open_file(case, &me, FileId(1));
    assert!(matches!(missing, Err(OfficeError::NoSuchFile(_))));
}

#[test]
fn the_event_is_the_one_that_the_store_knows() {
    let file = domain::case::NewFile {
        id: FileId(1),
        address: "0".repeat(64),
        name: "x".into(),
        media: "text/plain".into(),
        bytes: 1,
        sha256: "y".into(),
        kind: FileKind::Other,
        note: None,
    };
    let event = domain::case::FactEvent::FileAttached(file);
    assert_eq!(app::kind_of(&event.into()), store::ATTACHED);
}

#[test]
fn what_is_not_taken_leaves_nothing_behind() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    let me = viewer(handler(), &branch(&desk, case));
    for content in [
        &b""[..],
        b"<html><script>1</script>",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ] {
        let refused = desk
            .office
            .attach(EventId(5), case, &me, &upload("a.txt", content));
        assert!(matches!(refused, Err(OfficeError::File(_))), "{refused:?}");
    }
    let refused = desk.office.attach(EventId(5), case, &me, &upload("a.png", PDF));
    assert!(matches!(
        refused,
        Err(OfficeError::File(NotAccepted::Ending { .. }))
    ));
    assert_eq!(sealed(&desk.dir.path().join("attachments")), 0);
    assert!(
        desk.office
            .open_case(case, &handler(), "test")
            .expect("opens")
            .case
            .facts
            .files
            .is_empty()
    );
}

#[test]
fn a_case_holds_so_many_files_and_bytes() {
    let mut desk = Desk::with_files(FileLimits {
        file_bytes: 100,
        case_files: 3,
        case_bytes: 150,
    });
    let case = desk.received(1);
    let refused = |r: Result<FileId, OfficeError>| match r {
        Err(OfficeError::Refused { refusal, .. }) => refusal,
        other => panic!("{other:?}"),
    };
    let long = refused(attach(&desk, 1, case, &[b'a'; 101]));
    assert!(matches!(
        long,
        Refusal::FileTooLarge {
            bytes: 101,
            limit: 100
        }
    ));
    attach(&desk, 2, case, &[b'b'; 100]).expect("fits");
    let full = refused(attach(&desk, 3, case, &[b'c'; 51]));
    assert!(matches!(
        full,
        Refusal::FilesTooLarge {
            bytes: 151,
            limit: 150
        }
    ));
    attach(&desk, 4, case, b"d").expect("fits");
    let third = attach(&desk, 5, case, b"e").expect("fits");
    // A withdrawn file still lies there, and counts.
    let reason = "放错".into();
    desk.give(handler(), case, Command::WithdrawFile { file: third, reason });
    let many = refused(attach(&desk, 6, case, b"f"));
    assert!(matches!(
        many,
        Refusal::TooMany {
            what: "files",
            limit: 3
        }
    ));
}

#[test]
fn who_may_attach_and_when() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    let here = branch(&desk, case);
    let try_as = |desk: &Desk, n: u128, actor: Actor, branch: &str| {
        let content = format!("file {n}");
        desk.office
            .attach(
                EventId(n),
                case,
                &viewer(actor, branch),
                &upload("a.txt", content.as_bytes()),
            )
            .map(|a| a.file.id)
    };
    let hidden =
        |r: Result<FileId, OfficeError>| assert!(matches!(r, Err(OfficeError::NoSuchCase(_))), "{r:?}");
    hidden(try_as(&desk, 1, handler(), "elsewhere"));
    hidden(try_as(&desk, 2, who("auditor-01", Role::Auditor), &here));
    hidden(try_as(&desk, 3, who("admin-01", Role::Administrator), &here));
    let file = try_as(&desk, 4, handler(), &here).expect("may");
    try_as(&desk, 5, who("compliance-01", Role::Compliance), "HQ").expect("may");
    // An auditor opens what they may not add to.
    let auditor = viewer(who("auditor-01", Role::Auditor), "HQ");
    assert!(auditor.may(Deed::SeeFiles));
    desk.office.open_file(case, &auditor, file).expect("opens");
    let away = viewer(handler(), "elsewhere");
    assert!(matches!(
        desk.office.open_file(case, &away, file),
        Err(OfficeError::NoSuchCase(_))
    ));

    desk.give(handler(), case, Command::WithdrawComplaint { reason: None });
    desk.give(handler(), case, Command::Close(CloseReason::Withdrawn));
    let closed = try_as(&desk, 6, handler(), &here);
    assert!(
        matches!(
            closed,
            Err(OfficeError::Refused {
                refusal: Refusal::NotInThisRole { .. },
                ..
            })
        ),
        "{closed:?}"
    );
    try_as(&desk, 7, supervisor(), &here).expect("late papers belong to the record");
}

#[test]
fn a_withdrawn_file_leaves_the_list_and_stays_on_record() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    let file = attach(&desk, 1, case, TEXT).expect("attaches");
    let withdraw = |reason: &str| Command::WithdrawFile {
        file,
        reason: reason.into(),
    };
    desk.refused(handler(), case, withdraw(" "));
    desk.refused(
        who("rm-01", Role::RelationshipManager),
        case,
        withdraw("放错案件"),
    );
    desk.give(handler(), case, withdraw("放错案件"));
    desk.refused(handler(), case, withdraw("再一次"));
    let seen = desk
        .office
        .open_case(case, &handler(), "test")
        .expect("opens")
        .case;
    assert_eq!((seen.standing_files().count(), seen.facts.files.len()), (0, 1));
    let me = viewer(handler(), &branch(&desk, case));
    assert_eq!(
        desk.office
            .open_file(case, &me, file)
            .expect("still opens")
            .content,
        TEXT
    );
    // It may come back, as a new file with its own record.
    attach(&desk, 2, case, TEXT).expect("attaches");
}

#[test]
fn erasing_the_customer_takes_the_files_along() {
    let mut desk = Desk::new();
    let case = desk.received(1);
    let file = attach(&desk, 1, case, TEXT).expect("attaches");
    desk.give(handler(), case, Command::WithdrawComplaint { reason: None });
    desk.give(handler(), case, Command::Close(CloseReason::Withdrawn));
    let dir = desk.dir.path().join("attachments");
    assert_eq!(sealed(&dir), 1);
    let erased = desk
        .office
        .erase_customer_of(case, &supervisor())
        .expect("erases");
    assert_eq!((erased.files, sealed(&dir)), (1, 0));
    let me = viewer(supervisor(), &branch(&desk, case));
    let gone = desk.office.open_file(case, &me, file);
    assert!(matches!(gone, Err(OfficeError::FileErased(_))), "{gone:?}");
    let kept = desk
        .office
        .open_case(case, &supervisor(), "test")
        .expect("opens")
        .case;
    let record = &kept.file(file).expect("is on record").file;
    assert_eq!((record.name.text(), record.sha256.text()), (None, None));
    assert!(desk.office.store().verify(|_| {}).expect("verifies").whole());
    let late = desk
        .office
        .attach(EventId(9), case, &me, &upload("a.txt", b"late"));
    assert!(late.is_err(), "{late:?}");
}
