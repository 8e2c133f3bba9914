//! The index judged by hand-made complaints; real ones are in `tests/near_copies.rs`.

use super::*;
use crate::testing::{lone_fingerprint, mixed_case};
use proptest::prelude::*;

const CARD: &str = "我的信用卡在三月五日被盗刷两笔，共计四千三百元，当天就打客服电话挂失，客服说会调查，\
                    可是到今天一个月了没有任何答复，还把这两笔算进账单要我还款，请尽快处理并退还。";
const LOAN: &str = "去年办理的房贷，客户经理说提前还款没有违约金，现在要收三个月利息作为违约金，\
                    合同里也没有写清楚，我要求按当时的承诺办理并书面答复。";

fn day(n: i64) -> Timestamp {
    Timestamp(1_770_000_000_000_000).plus(n * Timestamp::DAY)
}

/// One known case of customer 7 about a card, received on day 0.
fn index() -> DuplicateIndex {
    let mut index = DuplicateIndex::new(Config::default());
    index.insert(
        mixed_case(1),
        &Intake::new(CARD, vec![7, 70], "credit card", day(0)),
    );
    index
}

fn only(candidates: &[Candidate]) -> (Suggestion, &[Ground]) {
    assert_eq!(candidates.len(), 1, "{candidates:?}");
    (candidates[0].suggestion, &candidates[0].reasons)
}

#[test]
fn without_text_and_customer_there_is_nothing_to_compare() {
    assert!(Intake::new(" 。", Vec::new(), "credit card", day(0)).is_blank());
    assert!(!Intake::new(CARD, Vec::new(), "credit card", day(0)).is_blank());
    assert!(!Intake::new("", vec![7], "credit card", day(0)).is_blank());
}

#[test]
fn the_same_complaint_by_another_channel_is_a_duplicate_then_a_repeated_one() {
    let text = format!("【12378转】{CARD}谢谢");
    let late = index().probe(&Intake::new(&text, vec![70], "Credit Card ", day(3)));
    let (suggestion, reasons) = only(&late);
    assert_eq!(suggestion, Suggestion::Duplicate);
    assert_eq!(reasons[0], Ground::SameCustomer);
    assert!(matches!(reasons[1], Ground::NearCopy(70..=100)), "{reasons:?}");
    assert_eq!(reasons[2..], [Ground::SameProduct, Ground::DaysApart(3)]);
    let much_later = index().probe(&Intake::new(&text, vec![70], "credit card", day(90)));
    assert_eq!(only(&much_later).0, Suggestion::Repeated);
    assert!(late[0].score > much_later[0].score);
}

#[test]
fn another_customer_with_the_same_template_is_linked() {
    let text = CARD.replace("四千三百", "九百").replace("三月五日", "二月一日");
    assert_eq!(
        only(&index().probe(&Intake::new(&text, vec![8], "credit card", day(1)))).0,
        Suggestion::Link
    );
    let unknown = index().probe(&Intake::new(CARD, vec![], "credit card", day(1)));
    assert_eq!(
        only(&unknown).0,
        Suggestion::Duplicate,
        "the very text of nobody known"
    );
    assert_eq!(unknown[0].reasons[0], Ground::CustomerUnknown);
}

#[test]
fn the_same_customer_with_another_text_is_judged_by_product_and_time() {
    let ask = |product: &str, days| {
        let found = index().probe(&Intake::new(LOAN, vec![7], product, day(days)));
        only(&found).0
    };
    assert_eq!(ask("credit card", 10), Suggestion::Link);
    assert_eq!(ask("credit card", 100), Suggestion::Repeated);
    assert_eq!(ask("credit card", 500), Suggestion::New);
    assert_eq!(ask("mortgage", 10), Suggestion::New);
}

#[test]
fn the_same_customer_telling_it_again_in_part_in_other_words_is_a_duplicate() {
    let again = "我的信用卡在三月五日被盗刷两笔，共计四千三百元。当天就打客服电话挂失，\
                 后来又打过三次热线，每次都说在查，请给我一个书面的说法。";
    let likeness = Likeness::exact(CARD, again).jaccard;
    assert!((0.25..0.45).contains(&likeness), "{likeness}");
    assert_eq!(
        only(&index().probe(&Intake::new(again, vec![7], "credit card", day(5)))).0,
        Suggestion::Duplicate
    );
    assert_eq!(
        index().probe(&Intake::new(again, vec![8], "credit card", day(5))),
        [],
        "of a stranger it is not"
    );
}

#[test]
fn a_stranger_with_another_text_is_no_candidate() {
    assert_eq!(
        index().probe(&Intake::new(LOAN, vec![9], "credit card", day(1))),
        []
    );
    assert_eq!(index().probe(&Intake::new("", vec![], "credit card", day(1))), []);
}

#[test]
fn a_short_text_alone_proves_nothing() {
    let mut index = DuplicateIndex::new(Config::default());
    index.insert(mixed_case(1), &Intake::new("请尽快退款", vec![1], "card", day(0)));
    assert_eq!(
        index.probe(&Intake::new("请尽快退款", vec![2], "card", day(0))),
        []
    );
    assert_eq!(
        only(&index.probe(&Intake::new("请尽快退款", vec![1], "card", day(0)))).0,
        Suggestion::Link
    );
}

#[test]
fn english_and_traditional_chinese_work_too() {
    let english = "I called the bank three times about two charges on my card that I never made, \
                   and every time I was promised a call back within two days that never came.";
    let mut index = index();
    index.insert(mixed_case(2), &Intake::new(english, vec![], "card", day(0)));
    let again = english.replace("three times", "four times").to_uppercase();
    assert_eq!(
        index.probe(&Intake::new(&again, vec![], "loan", day(1)))[0].case,
        mixed_case(2)
    );
    let traditional = "我的信用卡在三月五日被盜刷兩筆，共計四千三百元，當天就打客服電話掛失，客服說會調查，\
                       可是到今天一個月了沒有任何答覆，還把這兩筆算進賬單要我還款，請盡快處理並退還。";
    let found = index.probe(&Intake::new(traditional, vec![], "x", day(1)));
    assert_eq!(found[0].case, mixed_case(1));
    assert!(found[0].likeness > 0.75, "{found:?}");
}

#[test]
fn the_likeliest_comes_first_and_the_list_is_bounded() {
    let mut index = DuplicateIndex::new(Config {
        most_candidates: 5,
        ..Config::default()
    });
    for n in 0..200 {
        index.insert(
            mixed_case(n),
            &Intake::new(CARD, vec![u128::from(n)], "card", day(n as i64)),
        );
    }
    let found = index.probe(&Intake::new(CARD, vec![150], "card", day(200)));
    let days = |c: &Candidate| c.reasons.last().copied();
    assert_eq!(found.len(), 5);
    assert_eq!(
        found[0].suggestion,
        Suggestion::Duplicate,
        "the same customer before all others"
    );
    assert_eq!(days(&found[0]), Some(Ground::DaysApart(50)));
    assert_eq!(days(&found[1]), Some(Ground::DaysApart(1)), "then the newest");
}

#[test]
fn a_forgotten_case_leaves_no_trace() {
    let mut index = index();
    index.insert(mixed_case(1), &Intake::new(CARD, vec![7], "credit card", day(0)));
    assert!(index.forget(mixed_case(1)) && !index.forget(mixed_case(1)));
    assert_eq!(
        index.probe(&Intake::new(CARD, vec![7], "credit card", day(1))),
        []
    );
}

#[test]
fn a_case_inserted_twice_is_answered_once() {
    let mut index = index();
    index.insert(
        mixed_case(1),
        &Intake::new(CARD, vec![7, 70], "credit card", day(0)),
    );
    assert_eq!(
        index
            .probe(&Intake::new(CARD, vec![7], "credit card", day(1)))
            .len(),
        1
    );
}

fn lone(n: u64) -> Intake {
    Intake {
        fingerprint: lone_fingerprint(n),
        customer_keys: vec![u128::from(n) << 1, u128::from(n) << 1 | 1],
        product: "card".to_owned(),
        received_at: day((n / 1_000) as i64),
    }
}

/// Two customer keys for each case; the whole segments are the bulk of a large index.
#[test]
fn a_case_takes_about_138_bytes_and_is_found_across_segments() {
    let mut index = DuplicateIndex::new(Config::default());
    let n = u64::from(u16::MAX) * 2;
    for i in 0..n {
        index.insert(mixed_case(i), &lone(i));
    }
    let each = index.memory_bytes() as f64 / n as f64;
    println!("{n} cases, {each:.1} bytes each: {:.0} MB for a million", each);
    assert!(each < 150.0, "{each} bytes a case");
    for i in (0..n).step_by(9_973) {
        let own = index.probe(&lone(i));
        assert_eq!((own[0].case, own[0].likeness), (mixed_case(i), 1.0));
    }
}

#[test]
#[ignore = "measures a million cases: cargo test --release -p screening -- --ignored --nocapture"]
fn a_million_cases() {
    let mut index = DuplicateIndex::new(Config::default());
    let n = 1_000_000;
    let start = std::time::Instant::now();
    for i in 0..n {
        index.insert(mixed_case(i), &lone(i));
    }
    let filled = start.elapsed();
    let start = std::time::Instant::now();
    let probes = 20_000u64;
    for i in 0..probes {
        assert_eq!(index.probe(&lone(i * 49 + 1)).len(), 1);
    }
    println!(
        "{n} cases: {:.0} MB, filled in {filled:.1?}; probe {:.1?}",
        index.memory_bytes() as f64 / 1e6,
        start.elapsed() / probes as u32
    );
}

proptest! {
    #[test]
    fn an_inserted_text_finds_itself(texts in prop::collection::vec("[a-d ]{0,60}|[甲乙丙丁]{0,40}", 1..20)) {
        let mut index = DuplicateIndex::new(Config::default());
        for (n, text) in texts.iter().enumerate() {
            index.insert(mixed_case(n as u64), &Intake::new(text, vec![n as u128], "p", day(0)));
        }
        for (n, text) in texts.iter().enumerate() {
            let found = index.probe(&Intake::new(text, vec![n as u128], "p", day(0)));
            prop_assert!(found.iter().any(|c| c.case == mixed_case(n as u64)), "{text:?}: {found:?}");
            prop_assert!(found.is_sorted_by(|a, b| a.score >= b.score));
            prop_assert!(found.iter().all(|c| (0.0..=1.0).contains(&c.score)));
        }
    }
}
