//! Who may do what: one table, one check.
//!
//! What may be done *to a case* in which state is the domain's allowed-actions table. This table says
//! whose cases a person reaches at all, and what else they may do. Lists are filtered by the same
//! [`Reach`] that single cases are checked by. A denial looks like absence: fronts answer "not found".

use domain::{Actor, BranchId, Role, case::Case};
use std::fmt::Write as _;
use store::{CaseQuery, CaseRow};

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// Something a person can do beside commands on a case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Deed { $($(#[$doc])* $name,)* }

        impl Deed {
            /// Every deed, in the order of the table.
            pub const ALL: &'static [Deed] = &[$(Deed::$name,)*];

            /// Returns the stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Deed::$name => $code,)* }
            }
        }
    };
}

deeds! {
    /// See cases: lists, search, the case page.
    SeeCases = "see_cases";
    /// See what was proposed and offered in negotiation.
    SeeNegotiation = "see_negotiation";
    /// Take a new complaint in.
    TakeIn = "take_in";
    /// Give many cases to somebody at once.
    AssignMany = "assign_many";
    /// Take a list out of the house; recorded.
    Export = "export";
    /// See everything the bank holds of one customer.
    SeeCustomer = "see_customer";
    /// See who read a customer's data.
    SeeReaders = "see_readers";
    /// See which files a case has, and open them; recorded.
    SeeFiles = "see_files";
    /// Attach files to a case.
    AttachFiles = "attach_files";
    /// See the visits of a day.
    SeeVisits = "see_visits";
    /// See the plans for visits.
    SeePlans = "see_plans";
    /// Make plans, change them, and turn them into appointments.
    PlanVisits = "plan_visits";
    /// Say from where, when and with what people go on visits.
    EditRoster = "edit_roster";
    /// See the programme of visits.
    SeeProgramme = "see_programme";
    /// Change the programme.
    EditProgramme = "edit_programme";
    /// See users.
    SeeUsers = "see_users";
    /// Add users, change their roles, switch them off, make tokens.
    EditUsers = "edit_users";
}

/// Whose cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Nobody's: not allowed.
    None,
    /// Those the person handles or goes to visit.
    Own,
    /// Those of the person's branch, and their own.
    Branch,
    /// All.
    All,
}

impl Reach {
    fn code(self) -> &'static str {
        match self {
            Reach::None => "-",
            Reach::Own => "own",
            Reach::Branch => "branch",
            Reach::All => "all",
        }
    }
}

/// One row of the table, in the order of [`Role::ALL`]: handler, relationship manager, legal counsel,
/// service specialist, technician, supervisor, compliance, auditor, administrator, system.
type Row = (Deed, [Reach; 10]);

const NO: Reach = Reach::None;
const OWN: Reach = Reach::Own;
const BRANCH: Reach = Reach::Branch;
const ALL: Reach = Reach::All;

/// The policy. Its print is kept in a snapshot and reviewed like a text of law.
#[rustfmt::skip]
pub const POLICY: &[Row] = &[
    //                     handler rm      legal specialist technician supervisor compliance auditor admin system
    (Deed::SeeCases,       [BRANCH, BRANCH, ALL,  OWN,  OWN,  BRANCH, ALL, ALL,  NO,   ALL]),
    (Deed::SeeNegotiation, [BRANCH, BRANCH, ALL,  NO,   NO,   BRANCH, ALL, ALL,  NO,   ALL]),
    (Deed::TakeIn,         [BRANCH, NO,     NO,   NO,   NO,   BRANCH, NO,  NO,   NO,   ALL]),
    (Deed::AssignMany,     [NO,     NO,     NO,   NO,   NO,   BRANCH, NO,  NO,   NO,   ALL]),
    (Deed::Export,         [NO,     NO,     NO,   NO,   NO,   BRANCH, ALL, ALL,  NO,   NO]),
    (Deed::SeeCustomer,    [BRANCH, BRANCH, ALL,  NO,   NO,   BRANCH, ALL, ALL,  NO,   ALL]),
    (Deed::SeeReaders,     [NO,     NO,     NO,   NO,   NO,   BRANCH, ALL, ALL,  NO,   ALL]),
    (Deed::SeeFiles,       [BRANCH, BRANCH, ALL,  OWN,  OWN,  BRANCH, ALL, ALL,  NO,   ALL]),
    (Deed::AttachFiles,    [BRANCH, BRANCH, ALL,  OWN,  OWN,  BRANCH, ALL, NO,   NO,   ALL]),
    (Deed::SeeVisits,      [BRANCH, BRANCH, ALL,  OWN,  OWN,  BRANCH, ALL, ALL,  NO,   ALL]),
    (Deed::SeePlans,       [BRANCH, BRANCH, NO,   NO,   NO,   BRANCH, ALL, ALL,  NO,   ALL]),
    (Deed::PlanVisits,     [BRANCH, BRANCH, NO,   NO,   NO,   BRANCH, NO,  NO,   NO,   ALL]),
    (Deed::EditRoster,     [NO,     NO,     NO,   NO,   NO,   BRANCH, NO,  NO,   ALL,  ALL]),
    (Deed::SeeProgramme,   [ALL,    ALL,    ALL,  ALL,  ALL,  ALL,    ALL, ALL,  ALL,  ALL]),
    (Deed::EditProgramme,  [NO,     NO,     NO,   NO,   NO,   ALL,    ALL, NO,   NO,   ALL]),
    (Deed::SeeUsers,       [NO,     NO,     NO,   NO,   NO,   BRANCH, ALL, ALL,  ALL,  ALL]),
    (Deed::EditUsers,      [NO,     NO,     NO,   NO,   NO,   NO,     NO,  NO,   ALL,  ALL]),
];

/// Who asks: the person, the role they act in now, and their branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Person and role.
    pub actor: Actor,
    /// The branch they belong to.
    pub branch: BranchId,
}

/// Says that something is not for this person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not available to you")]
pub struct Denied;

impl Viewer {
    /// Returns whose cases `deed` reaches for this person.
    #[must_use]
    pub fn reach(&self, deed: Deed) -> Reach {
        reach(self.actor.role, deed)
    }

    /// Says whether `deed` is possible for anybody's case at all.
    #[must_use]
    pub fn may(&self, deed: Deed) -> bool {
        self.reach(deed) != Reach::None
    }

    /// Asks for `deed` where no case is concerned.
    ///
    /// # Errors
    /// [`Denied`] when the table has nothing for this role.
    pub fn ask(&self, deed: Deed) -> Result<(), Denied> {
        if self.may(deed) { Ok(()) } else { Err(Denied) }
    }

    /// Says whether `deed` reaches a case of which only the line of the work list is known. Who goes on
    /// a visit does not stand there, so `Own` may reach a few cases more than lists show.
    #[must_use]
    pub fn reaches_row(&self, deed: Deed, row: &CaseRow) -> bool {
        let mine = row.handler.as_deref() == Some(self.actor.id.0.as_str());
        match self.reach(deed) {
            Reach::None => false,
            Reach::Own => mine,
            Reach::Branch => mine || row.branch == self.branch.0,
            Reach::All => true,
        }
    }

    /// Asks for `deed` on a case.
    ///
    /// # Errors
    /// [`Denied`] when the case is out of this person's reach.
    pub fn ask_case(&self, deed: Deed, case: &Case) -> Result<(), Denied> {
        let facts = &case.facts;
        let me = &self.actor.id;
        let mine = facts.handler.as_ref() == Some(me)
            || facts
                .appointment
                .iter()
                .flat_map(|a| a.crew())
                .chain(facts.visits.iter().flat_map(|v| &v.crew))
                .any(|m| m.staff == *me);
        let reached = match self.reach(deed) {
            Reach::None => false,
            Reach::Own => mine,
            Reach::Branch => mine || facts.branch.as_ref() == Some(&self.branch),
            Reach::All => true,
        };
        if reached { Ok(()) } else { Err(Denied) }
    }

    /// Narrows a list to what this person may see of it: the same table as [`Viewer::ask_case`], as a
    /// filter. A branch that the person asked for and does not reach gives an empty list.
    ///
    /// # Errors
    /// [`Denied`] when the person sees no cases at all, or asks for others' cases.
    pub fn narrow(&self, deed: Deed, query: &mut CaseQuery) -> Result<(), Denied> {
        let me = &self.actor.id.0;
        match self.reach(deed) {
            Reach::None => Err(Denied),
            Reach::All => Ok(()),
            Reach::Own => match &query.handler {
                Some(other) if other != me => Err(Denied),
                _ => {
                    query.handler = Some(me.clone());
                    Ok(())
                }
            },
            // What I handle myself I may see wherever it belongs.
            Reach::Branch if query.handler.as_ref() == Some(me) => Ok(()),
            Reach::Branch => match &query.branch {
                Some(other) if *other != self.branch => Err(Denied),
                _ => {
                    query.branch = Some(self.branch.clone());
                    Ok(())
                }
            },
        }
    }
}

fn reach(role: Role, deed: Deed) -> Reach {
    let column = Role::ALL.iter().position(|r| *r == role);
    let row = POLICY.iter().find(|(d, _)| *d == deed);
    match (row, column) {
        (Some((_, reaches)), Some(column)) => reaches[column],
        _ => Reach::None,
    }
}

/// Returns the table as text, one line for each deed.
#[must_use]
pub fn policy_text() -> String {
    let mut out = String::new();
    for deed in Deed::ALL {
        let _ = write!(out, "{:<16}", deed.code());
        for role in Role::ALL {
            let _ = write!(out, " {role:?}={}", reach(role, *deed).code());
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{CaseId, CustomerId, Timestamp};
    use proptest::prelude::*;

    #[test]
    fn every_deed_has_one_row() {
        for deed in Deed::ALL {
            assert_eq!(POLICY.iter().filter(|(d, _)| d == deed).count(), 1, "{deed:?}");
        }
    }

    #[test]
    fn the_printed_policy_is_reviewed() {
        insta::assert_snapshot!(policy_text());
    }

    proptest! {
        /// What a list admits, the single check admits too; and the other way about but for the
        /// viewer's own cases of other branches, which have a list of their own.
        #[test]
        fn lists_and_single_cases_agree(
            role in 0..10usize,
            deed in 0..Deed::ALL.len(),
            (mine, near) in any::<(bool, bool)>(),
            asked_branch in proptest::option::of(0..2usize),
            asked_handler in proptest::option::of(0..2usize),
        ) {
            let branches = ["here", "there"];
            let people = ["me", "other"];
            let viewer = Viewer {
                actor: Actor::new("me", Role::ALL[role]),
                branch: BranchId::from("here"),
            };
            let deed = Deed::ALL[deed];
            let mut row = CaseRow::empty(CaseId::from_bits(1), CustomerId(1), Timestamp(0));
            row.branch = branches[usize::from(!near)].into();
            row.handler = Some(people[usize::from(!mine)].into());
            let mut case = Case::default();
            case.facts.branch = Some(BranchId(row.branch.clone()));
            case.facts.handler = row.handler.clone().map(domain::StaffId);
            let may = viewer.ask_case(deed, &case).is_ok();
            prop_assert_eq!(may, viewer.reaches_row(deed, &row));
            let mut query = CaseQuery {
                branch: asked_branch.map(|b| BranchId::from(branches[b])),
                handler: asked_handler.map(|h| people[h].to_owned()),
                ..CaseQuery::default()
            };
            let asked = query.clone();
            let listed = viewer.narrow(deed, &mut query).is_ok() && query.admits(&row);
            if listed {
                prop_assert!(may && asked.admits(&row));
            } else if may && asked.admits(&row) {
                prop_assert!(mine && !near, "only own cases of other branches need their own list");
            }
        }
    }
}
