//! The shipped policy and lexicon on complaints as customers write them.

use domain::{CaseId, Money};
use screening::{CaseFacts, Lexicon, Policy, Screening, features, screen};
use std::fmt::Write;

fn judge(text: &str, facts: CaseFacts) -> Screening {
    screen(&Policy::builtin(), &features(&Lexicon::builtin(), text, facts))
}

fn printed(s: &Screening) -> String {
    let mut out = format!(
        "policy {}: {} of {} points, {}\ncrew: {:?}\n",
        s.policy_version,
        s.points,
        s.threshold,
        if s.selected {
            "visit proposed"
        } else {
            "no visit proposed"
        },
        s.roles
    );
    for r in s.reasons.iter().chain(&s.exclusions) {
        let _ = writeln!(
            out,
            "{:+} {}\n   {}\n   {}\n   {}",
            r.points, r.criterion, r.text.zh_cn, r.text.zh_tw, r.text.en
        );
    }
    if !s.not_judged.is_empty() {
        let _ = writeln!(out, "not judged: {}", s.not_judged.join(", "));
    }
    out
}

fn line(line: &str) -> CaseFacts {
    CaseFacts {
        line: line.to_owned(),
        ..CaseFacts::default()
    }
}

#[test]
fn an_angry_loan_customer_who_threatens_to_sue() {
    let facts = CaseFacts {
        earlier_cases: 1,
        amount: Some(Money::cny(3_500_000)),
        clock_used_percent: Some(85),
        failed_contacts: 2,
        ..line("loan")
    };
    let s = judge(
        "房贷提前还款收我违约金，当初客户经理根本没有告知！客服互相推诿，态度恶劣，忍无可忍，再不解决就去法院起诉。",
        facts,
    );
    assert!(s.selected);
    insta::assert_snapshot!(printed(&s));
}

#[test]
fn a_technical_problem_of_an_old_customer_in_traditional_characters() {
    let facts = CaseFacts {
        vulnerable: true,
        clock_used_percent: Some(10),
        ..line("account")
    };
    let s = judge(
        "我媽媽年事已高，手機銀行一直閃退，驗證碼收不到，可以派人來看看嗎？",
        facts,
    );
    assert!(s.selected);
    insta::assert_snapshot!(printed(&s));
}

#[test]
fn an_english_complaint_in_another_currency() {
    let facts = CaseFacts {
        amount: Some(Money {
            minor: 900_000_000,
            currency: domain::Currency::USD,
        }),
        ..line("card")
    };
    let s = judge(
        "Nobody calls back. This is unacceptable and I will contact the ombudsman.",
        facts,
    );
    assert!(
        !s.reasons.iter().any(|r| r.criterion.starts_with("amount")),
        "an amount in dollars is not weighed as yuan"
    );
    insta::assert_snapshot!(printed(&s));
}

#[test]
fn a_calm_question_gets_no_visit() {
    let s = judge(
        "请问信用卡年费怎么减免？",
        CaseFacts {
            clock_used_percent: Some(5),
            ..line("card")
        },
    );
    assert_eq!((s.points, s.selected), (0, false));
}

#[test]
fn each_exclusion_holds_whatever_the_points() {
    let text = "非常失望，态度恶劣，欺骗客户，忍无可忍，我要起诉，手机银行打不开，请当面谈";
    assert!(judge(text, line("account")).selected);
    let cases = [
        (
            "visit-refused-before",
            CaseFacts {
                visits_refused: 1,
                ..line("account")
            },
        ),
        (
            "in-litigation",
            CaseFacts {
                in_litigation: true,
                ..line("account")
            },
        ),
        (
            "safety-flag",
            CaseFacts {
                safety_flag: true,
                ..line("account")
            },
        ),
        (
            "meeting-not-needed",
            CaseFacts {
                meeting_not_needed: true,
                ..line("account")
            },
        ),
        (
            "objects-to-screening",
            CaseFacts {
                objects_to_screening: true,
                ..line("account")
            },
        ),
    ];
    assert_eq!(
        cases.len(),
        Policy::builtin().exclusions.len(),
        "every shipped exclusion is tested"
    );
    for (id, facts) in cases {
        let s = judge(text, facts);
        assert!(!s.selected && s.points >= s.threshold, "{id}");
        assert_eq!(
            s.exclusions
                .iter()
                .map(|e| e.criterion.as_str())
                .collect::<Vec<_>>(),
            [id]
        );
    }
}

#[test]
fn each_criterion_can_hold_and_steps_of_a_ladder_never_add_up() {
    let strong = "愤怒！欺骗！推诿！起诉！老年人，残疾，闪退，利率，罚息，当面谈";
    let mut seen = std::collections::BTreeSet::new();
    for (text, step) in [("愤怒", 0), (strong, 1), (strong, 2), (strong, 3)] {
        let facts = CaseFacts {
            earlier_cases: [1, 1, 2, 3][step],
            amount: Some(Money::cny([2_000_000, 19_999_999, 20_000_000, 90_000_000][step])),
            clock_used_percent: Some([50, 79, 80, 200][step]),
            failed_contacts: 2,
            ..line("loan")
        };
        let s = judge(text, facts);
        let ids: Vec<_> = s.reasons.iter().map(|r| r.criterion.clone()).collect();
        for ladder in [
            ["dissatisfaction", "strong-dissatisfaction"],
            ["repeat-complaint", "many-complaints"],
            ["clock-half-used", "clock-nearly-used"],
            ["amount-medium", "amount-large"],
        ] {
            assert_eq!(
                ids.iter().filter(|i| ladder.contains(&i.as_str())).count(),
                1,
                "{ladder:?} {ids:?}"
            );
        }
        seen.extend(ids);
    }
    let all: std::collections::BTreeSet<_> = Policy::builtin().criteria.into_iter().map(|c| c.id).collect();
    assert_eq!(seen, all);
}

#[test]
fn a_screening_survives_the_log() {
    let s = judge("非常失望，我要起诉", line("card"));
    let json = serde_json::to_string(&s).unwrap();
    assert_eq!(serde_json::from_str::<Screening>(&json).unwrap(), s);
}

#[test]
fn a_wrong_policy_is_refused_with_every_mistake() {
    let source = r#"
        version = " "
        threshold = 9
        currency = "CNY"
        usual_crew = []
        notice = { "zh-CN" = "说明", "zh-TW" = "說明", en = "" }
        [duplicates]
        near_copy = 2.0
        [[criterion]]
        id = "Amount"
        when = { feature = "amount", at_least = 10, below = 10 }
        points = 3
        reason = { "zh-CN" = "金额 {amount}", "zh-TW" = "金額", en = "amount" }
        [[exclusion]]
        id = "Amount"
        when = { feature = "safety_flag", at_least = 0 }
        reason = { "zh-CN" = "安全", "zh-TW" = "安全", en = "safety" }
    "#;
    insta::assert_snapshot!(Policy::parse(source, "bank.toml").unwrap_err());
    let unknown = "version = \"1\"\nthreshold = 1\ncolour = \"red\"\n";
    insta::assert_snapshot!("unknown_key", Policy::parse(unknown, "bank.toml").unwrap_err());
}

#[test]
fn the_lot_is_drawn_by_case_number() {
    let held = (0..1_000)
        .filter(|&n| screening::held_out(CaseId::from_bits(n), b"2026", 0.2))
        .count();
    assert!((140..260).contains(&held), "{held} of 1000");
}
