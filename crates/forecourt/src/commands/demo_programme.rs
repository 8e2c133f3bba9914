//! The programme of the sample bank: three objectives and eight steps around today.

use app::{
    Office,
    programme::{Goal, Plan, ProgrammeCommand, ProgrammeOrder},
};
use domain::{Actor, EventId, Role, StaffId};
use jiff::{ToSpan as _, civil::Date};
use sample::Bank;

/// Text, measure, target, value so far.
const OBJECTIVES: [[&str; 4]; 3] = [
    ["邀约上门的同意率", "同意上门的户数 ÷ 邀约的户数", "≥ 45%", "41%"],
    [
        "上门后 30 日内化解率",
        "上门后 30 日内达成和解的案件 ÷ 上门案件",
        "≥ 60%",
        "63%",
    ],
    [
        "投诉处理时长",
        "从收到到告知处理决定的平均日数",
        "不超过 12 日",
        "",
    ],
];

/// Text, owner's role, first and last planned day from today, and the days on which it began and ended.
type Row = (&'static str, Role, i64, i64, Option<i64>, Option<i64>);
const STEPS: [Row; 8] = [
    ("培训与资质核验", Role::Compliance, -46, -38, None, Some(-36)),
    ("评审筛选标准", Role::LegalCounsel, -42, -31, None, Some(-32)),
    (
        "第一批上门（45 户）",
        Role::RelationshipManager,
        -28,
        -10,
        None,
        Some(-6),
    ),
    ("中期评估", Role::Supervisor, -9, -3, Some(-7), None),
    ("更新告知书与话术", Role::ServiceSpecialist, -5, 4, Some(-5), None),
    (
        "第二批上门（45 户）",
        Role::RelationshipManager,
        0,
        18,
        None,
        None,
    ),
    ("回访与效果测量", Role::Handler, 14, 32, None, None),
    ("总结与改进", Role::Supervisor, 28, 38, None, None),
];

/// Writes the programme down, unless there is one.
pub(super) fn seed(office: &Office, bank: &Bank) -> anyhow::Result<()> {
    if !office.programme()?.is_empty() {
        return Ok(());
    }
    let zone = office.pack().zone().clone();
    let today = jiff::Timestamp::from_microsecond(office.now().0)?
        .to_zoned(zone)
        .date();
    let day = |n: i64| today.saturating_add(n.days());
    let mut number = 0;
    let mut order = |command| -> anyhow::Result<()> {
        number += 1;
        office.change_programme(&ProgrammeOrder {
            // The sample's own numbers: the same ones at every start.
            id: EventId(0x5eed_0000 + number),
            actor: Actor::new("demo", Role::System),
            command,
            seen: None,
        })?;
        Ok(())
    };
    for [text, measure, target, actual] in OBJECTIVES.map(|o| o.map(str::to_owned)) {
        order(ProgrammeCommand::AddObjective(Goal {
            text,
            measure,
            target,
            actual,
        }))?;
    }
    for (no, (text, role, starts, ends, began, ended)) in (1..).zip(STEPS) {
        order(ProgrammeCommand::AddStep(Plan {
            text: text.to_owned(),
            owner: owner(bank, role),
            starts: day(starts),
            ends: day(ends),
            began: began.map(day),
        }))?;
        if let Some(ended) = ended {
            let ended: Date = day(ended);
            order(ProgrammeCommand::FinishStep { no, ended })?;
        }
    }
    Ok(())
}

fn owner(bank: &Bank, role: Role) -> StaffId {
    let found = bank.staff.iter().find(|s| s.role == role);
    found.map_or_else(|| StaffId::from("administrator-01"), |s| s.id.clone())
}
