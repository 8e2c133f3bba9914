//! The bank as a whole: shape, distributions, determinism.

use jiff::civil::date;
use sample::Bank;

#[test]
fn six_hundred_cases_forty_staff_three_branches() {
    let bank = Bank::generate(1, date(2026, 11, 20), 600);
    assert_eq!(
        (bank.complaints.len(), bank.staff.len(), bank.branches.len()),
        (600, 40, 3)
    );
}
