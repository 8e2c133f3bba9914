//! The programme of visits through the store (mission A1, B1).

use crate::desk::{Desk, supervisor, who};
use app::programme::{Goal, ProgrammeCommand as C, ProgrammeError, ProgrammeEvent, ProgrammeOrder};
use domain::{EventId, Role};

fn order(id: u128, seen: Option<u64>, text: &str) -> ProgrammeOrder {
    ProgrammeOrder {
        id: EventId(id),
        actor: supervisor(),
        command: C::AddObjective(Goal {
            text: text.to_owned(),
            measure: "同意户数除以邀约户数".to_owned(),
            target: "45%".to_owned(),
            actual: String::new(),
        }),
        seen,
    }
}

#[test]
fn a_change_on_an_old_sight_is_told_what_changed() {
    let desk = Desk::new();
    assert!(desk.office.programme().expect("reads").is_empty());
    let first = desk
        .office
        .change_programme(&order(1, Some(0), "提高同意率"))
        .expect("good");
    assert_eq!(first.version, 1);
    let stale = ProgrammeOrder {
        actor: who("compliance-01", Role::Compliance),
        ..order(2, Some(0), "缩短时限")
    };
    match desk.office.change_programme(&stale) {
        Err(ProgrammeError::Changed(since)) => {
            assert_eq!(since.len(), 1);
            assert_eq!(since[0].text, "提高同意率");
            assert_eq!(since[0].actor, Some(supervisor()));
            assert!(matches!(
                since[0].event,
                ProgrammeEvent::ObjectiveAdded { no: 1, .. }
            ));
        }
        other => panic!("a stale change must be refused: {other:?}"),
    }
    assert_eq!(desk.office.programme().expect("reads"), first);
}

#[test]
fn the_same_form_sent_twice_counts_once() {
    let desk = Desk::new();
    let form = order(1, Some(0), "提高同意率");
    let once = desk.office.change_programme(&form).expect("good");
    let twice = desk.office.change_programme(&form).expect("good");
    assert_eq!(once, twice);
    assert_eq!(desk.office.programme().expect("reads"), once);
}

#[test]
fn changes_at_the_same_time_all_count() {
    let desk = Desk::new();
    std::thread::scope(|scope| {
        for n in 0..4 {
            let office = &desk.office;
            scope.spawn(move || {
                office
                    .change_programme(&order(100 + n, None, "目标"))
                    .expect("decided anew when somebody was faster")
            });
        }
    });
    let programme = desk.office.programme().expect("reads");
    let mut numbers: Vec<u32> = programme.objectives.iter().map(|o| o.no).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(programme.version, 4);
}
