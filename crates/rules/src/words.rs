//! The sentences of a derivation in every language.

use crate::{
    calendar::{RollBasis, YearStatus},
    derivation::{Cite, Derivation, NotCounted, Step, What},
    lang::Lang,
    pack::{JudgeBy, Notify},
    state::Status,
};
use domain::clock::{ApproverRank, Milestone, PauseReason};
use jiff::civil::Date;

/// Writes a derivation as a heading and numbered lines.
pub(crate) fn lines(derivation: &Derivation, lang: Lang) -> String {
    let mut out = lang.pick(
        format!("时限 {}：{}\n", derivation.clock, derivation.title.get(lang)),
        format!("時限 {}：{}\n", derivation.clock, derivation.title.get(lang)),
        format!("Clock {}: {}\n", derivation.clock, derivation.title.get(lang)),
    );
    for (i, step) in derivation.steps.iter().enumerate() {
        out.push_str(&format!("{:>2}. {}\n", i + 1, sentence(step, lang)));
        if let Some(cite) = &step.cite {
            out.push_str(&format!("    {}\n", citation(cite, lang)));
        }
    }
    out
}

fn citation(cite: &Cite, lang: Lang) -> String {
    let Cite {
        rule,
        text,
        source,
        issuer,
        article,
        confidence,
        only_since,
    } = cite;
    let since = only_since.map_or_else(String::new, |d| {
        lang.pick(
            format!("；该条自{d}起施行，规则包没有更早的文本"),
            format!("；該條自{d}起施行，規則包沒有更早的文本"),
            format!("; in force only since {d}, the pack has no older text"),
        )
    });
    let text = text.get(lang);
    lang.pick(
        format!("依据 {rule}：{text}〔{source}（{issuer}）{article}；可信度 {confidence}{since}〕"),
        format!("依據 {rule}：{text}〔{source}（{issuer}）{article}；可信度 {confidence}{since}〕"),
        format!("by {rule}: {text} [{source} ({issuer}) {article}; confidence {confidence}{since}]"),
    )
}

fn date(date: Option<Date>) -> String {
    date.map_or_else(|| "–".to_owned(), |d| d.to_string())
}

/// Writes one step as a sentence.
pub(crate) fn sentence(step: &Step, lang: Lang) -> String {
    let (from, to) = (date(step.date_in), date(step.date_out));
    match &step.what {
        What::Waiting { milestone } => {
            let m = milestone_name(*milestone, lang);
            lang.pick(
                format!("尚未开始：等待“{m}”"),
                format!("尚未開始：等待「{m}」"),
                format!("Not started: waits until {m}"),
            )
        }
        What::Version { pack, version, from: since, to: until } => {
            let until = until.map_or_else(String::new, |d| {
                lang.pick(format!("至{d}"), format!("至{d}"), format!(" to {d}"))
            });
            lang.pick(
                format!("{from}收到，适用当日有效的规则：规则包{pack} {version}，本时限自{since}起{until}有效"),
                format!("{from}收到，適用當日有效的規則：規則包{pack} {version}，本時限自{since}起{until}有效"),
                format!("Received {from}; the rules of that day govern: pack {pack} {version}, this clock in force from {since}{until}"),
            )
        }
        What::Started { milestone, zone, run } => {
            let m = milestone_name(*milestone, lang);
            if *run > 1 {
                lang.pick(
                    format!("{from}（{zone}）{m}，时限重新起算（第{run}次）"),
                    format!("{from}（{zone}）{m}，時限重新起算（第{run}次）"),
                    format!("{from} ({zone}): {m}; the clock starts again (run {run})"),
                )
            } else {
                lang.pick(
                    format!("{from}（{zone}）{m}，时限起算"),
                    format!("{from}（{zone}）{m}，時限起算"),
                    format!("{from} ({zone}): {m}; the clock starts"),
                )
            }
        }
        What::FirstDay { hours: true } => lang.pick(
            format!("按小时计算，自{from}规定的时刻起算"),
            format!("按小時計算，自{from}規定的時刻起算"),
            format!("Counted in hours, from the stated hour of {from}"),
        ),
        What::FirstDay { hours: false } => lang.pick(
            format!("{from}当日不计入，自{to}起算第1日"),
            format!("{from}當日不計入，自{to}起算第1日"),
            format!("The start day {from} is not counted; day 1 is {to}"),
        ),
        What::DayMeaning => lang.pick("“日”的含义", "「日」的含義", "What a day means").to_owned(),
        What::Limit { n, unit } => {
            let n = amount(i64::from(*n), unit, lang);
            lang.pick(
                format!("时限{n}：最后一日为{to}"),
                format!("時限{n}：最後一日為{to}"),
                format!("Limit of {n}: the last day is {to}"),
            )
        }
        What::MonthEnd => lang.pick(
            format!("到期月没有对应日，以月末日为最后一日：{to}"),
            format!("到期月沒有對應日，以月末日為最後一日：{to}"),
            format!("The month has no corresponding day; its last day counts: {to}"),
        ),
        What::Paused { reason, from: began, to: ended, whole_days } => {
            let r = reason_name(*reason, lang);
            let ended = ended.map_or_else(
                || lang.pick("尚在进行", "尚在進行", "still running").to_owned(),
                |d| d.to_string(),
            );
            let days = if *whole_days > 0 { format!("（{from} – {to}）") } else { String::new() };
            let en_days = if *whole_days > 0 { format!(" ({from} to {to})") } else { String::new() };
            lang.pick(
                format!("{r}：{began}至{ended}；自0时至24时全部在内的有{whole_days}日{days}，首尾不足一日的照计"),
                format!("{r}：{began}至{ended}；自0時至24時全部在內的有{whole_days}日{days}，首尾不足一日的照計"),
                format!("{r}: {began} to {ended}; covers {whole_days} days from 0:00 to 24:00{en_days}; a day only touched is counted"),
            )
        }
        What::LeftOut { n, unit } => {
            let n = amount(*n, unit, lang);
            lang.pick(
                format!("不计入时限{n}：最后一日由{from}移至{to}"),
                format!("不計入時限{n}：最後一日由{from}移至{to}"),
                format!("{n} left out: the last day moves from {from} to {to}"),
            )
        }
        What::PauseTooLate { reason } => {
            let r = reason_name(*reason, lang);
            lang.pick(
                format!("{r}自{from}开始，时限已经届满，不影响时限"),
                format!("{r}自{from}開始，時限已經屆滿，不影響時限"),
                format!("{r} began on {from}, after the limit had run out; it changes nothing"),
            )
        }
        What::Extended { step, total, unit, granted, left_out, left_unit, approver, rank, notified, notify } =>
 {
            let n = amount(i64::from(*total), unit, lang);
            let rank = rank_name(*rank, lang);
            let told = told(*notified, *notify, lang);
            let left = if *left_out > 0 { left_besides(*left_out, left_unit, lang) } else { String::new() };
            lang.pick(
                format!("{granted}由{approver}（{rank}）批准第{step}步延长，有效：总时限{n}{left}，最后一日由{from}延至{to}；{told}"),
                format!("{granted}由{approver}（{rank}）批准第{step}步延長，有效：總時限{n}{left}，最後一日由{from}延至{to}；{told}"),
                format!("Extension step {step} granted {granted} by {approver} ({rank}) counts: {n} in total{left}, the last day moves from {from} to {to}; {told}"),
            )
        }
        What::NotExtended { step, granted, approver, rank, why } => {
            let (rank, why) = (rank_name(*rank, lang), refusal(why, lang));
            lang.pick(
                format!("{granted}由{approver}（{rank}）批准的第{step}步延长无效：{why}"),
                format!("{granted}由{approver}（{rank}）批准的第{step}步延長無效：{why}"),
                format!("Extension step {step} granted {granted} by {approver} ({rank}) does not count: {why}"),
            )
        }
        What::Roll { basis, notice } => roll(step, *basis, notice.as_deref(), lang),
        What::NotPublished { year, status } => match status {
            YearStatus::Unknown => lang.pick(
                format!("没有{year}年的日历：只按周末计算，日期可能变动"),
                format!("沒有{year}年的日曆：只按週末計算，日期可能變動"),
                format!("There is no calendar of {year}: only weekends are days off, the date may move"),
            ),
            _ => lang.pick(
                format!("{year}年的节假日安排尚未公布：日期为暂定，可能变动"),
                format!("{year}年的節假日安排尚未公布：日期為暫定，可能變動"),
                format!("The calendar of {year} is not yet published: the date is provisional and may move"),
            ),
        },
        What::Judged { by, hour: None } => match by {
            JudgeBy::Strict => lang.pick(
                format!("以不顺延的日期为准：{to}的24时（没有依据表明监管机构接受顺延）"),
                format!("以不順延的日期為準：{to}的24時（沒有依據表明監管機構接受順延）"),
                format!("Judged by the date without roll: {to} 24:00 (no source says that a supervisor accepts the roll)"),
            ),
            JudgeBy::Legal => lang.pick(
                format!("以顺延后的日期为准：{to}的24时"),
                format!("以順延後的日期為準：{to}的24時"),
                format!("Judged by the date with roll: {to} 24:00"),
            ),
        },
        What::Judged { hour: Some(hour), .. } => {
            let hour = hour.strftime("%H:%M");
            lang.pick(
                format!("截止于{to} {hour}"),
                format!("截止於{to} {hour}"),
                format!("Due at {hour} on {to}"),
            )
        }
        What::Closed { milestone: Some(milestone) } => {
            let m = milestone_name(*milestone, lang);
            lang.pick(format!("{from} {m}"), format!("{from} {m}"), format!("{from}: {m}"))
        }
        What::Closed { milestone: None } => lang.pick(
            format!("{from}时限重新起算，本次计算到此为止"),
            format!("{from}時限重新起算，本次計算到此為止"),
            format!("{from}: the clock starts again, this run ends here"),
        ),
        What::Stands { status, lapsed, late, within_legal } => {
            let word = if *lapsed { lang.pick("期限已过", "期限已過", "the time is over") } else { status.name(lang) };
            stands(&from, word, *late && !lapsed && !matches!(status, Status::Breached | Status::MetLate), *within_legal, lang)
        }
    }
}

fn roll(step: &Step, basis: RollBasis, notice: Option<&str>, lang: Lang) -> String {
    let (from, to) = (date(step.date_in), date(step.date_out));
    let basis = match basis {
        RollBasis::Off => lang.pick(
            "含调休和周末",
            "含調休和週末",
            "exchanged days and weekends count as days off",
        ),
        RollBasis::NotInLieu => lang.pick(
            "含周末，不含调休",
            "含週末，不含調休",
            "weekends count as days off, exchanged days do not",
        ),
        RollBasis::Statutory => lang.pick(
            "仅法定节日",
            "僅法定節日",
            "only statutory festival days count as days off",
        ),
    };
    let notice = notice.map_or_else(String::new, |n| {
        lang.pick(format!("；依据{n}"), format!("；依據{n}"), format!("; by {n}"))
    });
    if step.date_in == step.date_out {
        return lang.pick(
            format!("{from}不是休假日（{basis}{notice}），不顺延"),
            format!("{from}不是休假日（{basis}{notice}），不順延"),
            format!("{from} is no day off ({basis}{notice}): no roll"),
        );
    }
    lang.pick(
        format!("{from}为休假日（{basis}{notice}），顺延至{to}"),
        format!("{from}為休假日（{basis}{notice}），順延至{to}"),
        format!("{from} is a day off ({basis}{notice}): rolled to {to}"),
    )
}

fn told(notified: Option<Date>, notify: Notify, lang: Lang) -> String {
    match (notified, notify) {
        (Some(day), _) => lang.pick(
            format!("{day}已告知客户"),
            format!("{day}已告知客戶"),
            format!("the customer was told on {day}"),
        ),
        (None, Notify::None) => lang
            .pick("无须告知客户", "無須告知客戶", "the customer need not be told")
            .to_owned(),
        (None, _) => lang
            .pick(
                "尚未告知客户（告知属良好做法）",
                "尚未告知客戶（告知屬良好做法）",
                "the customer has not been told (telling is good practice)",
            )
            .to_owned(),
    }
}

fn refusal(why: &NotCounted, lang: Lang) -> String {
    match why {
        NotCounted::Rank { needed } => {
            let needed = rank_name(*needed, lang);
            lang.pick(
                format!("批准人级别不够，应由{needed}批准"),
                format!("批准人級別不夠，應由{needed}批准"),
                format!("the approver stands too low; it takes {needed}"),
            )
        }
        NotCounted::TooLate => lang
            .pick(
                "批准时时限已经届满",
                "批准時時限已經屆滿",
                "it was granted after the clock was due",
            )
            .to_owned(),
        NotCounted::NotNotified => lang
            .pick(
                "必须告知客户，但没有告知的记录",
                "必須告知客戶，但沒有告知的紀錄",
                "the customer must be told, and no telling is on record",
            )
            .to_owned(),
        NotCounted::NotifiedTooLate { day } => lang.pick(
            format!("{day}才告知客户，时限已经届满"),
            format!("{day}才告知客戶，時限已經屆滿"),
            format!("the customer was told only on {day}, after the clock was due"),
        ),
        NotCounted::StepBefore => lang
            .pick(
                "前一步延长无效或未批准",
                "前一步延長無效或未批准",
                "the step before it does not count",
            )
            .to_owned(),
        NotCounted::NoSuchStep => lang
            .pick(
                "本时限没有这一步延长",
                "本時限沒有這一步延長",
                "the clock has no such step",
            )
            .to_owned(),
        NotCounted::OtherRun => lang
            .pick(
                "批准时时限尚未开始或已经结束",
                "批准時時限尚未開始或已經結束",
                "it was granted before the clock started or after it was closed",
            )
            .to_owned(),
    }
}

fn stands(today: &str, word: &str, late: bool, within_legal: bool, lang: Lang) -> String {
    let mut out = lang.pick(
        format!("截至{today}：{word}"),
        format!("截至{today}：{word}"),
        format!("On {today}: {word}"),
    );
    if late {
        out.push_str(lang.pick("（此前已超期）", "（此前已逾期）", " (was already late)"));
    }
    if within_legal {
        out.push_str(lang.pick(
            "；未超过顺延后的日期",
            "；未超過順延後的日期",
            "; not later than the rolled date",
        ));
    }
    out
}

fn left_besides(n: i64, unit: &str, lang: Lang) -> String {
    let n = amount(n, unit, lang);
    lang.pick(
        format!("，另不计入{n}"),
        format!("，另不計入{n}"),
        format!(" besides {n} left out"),
    )
}

fn amount(n: i64, unit: &str, lang: Lang) -> String {
    let (zh_cn, zh_tw, en) = match unit {
        "cd" => ("日（自然日）", "日（自然日）", "calendar day"),
        "wk" => ("周", "週", "week"),
        "h" => ("小时", "小時", "hour"),
        "mo" => ("个月", "個月", "month"),
        "yr" => ("年", "年", "year"),
        _ => ("个工作日", "個工作日", "working day"),
    };
    let plural = if n == 1 { "" } else { "s" };
    lang.pick(
        format!("{n}{zh_cn}"),
        format!("{n}{zh_tw}"),
        format!("{n} {en}{plural}"),
    )
}

/// Returns the words for a milestone.
#[must_use]
pub fn milestone_name(milestone: Milestone, lang: Lang) -> &'static str {
    match milestone {
        Milestone::ComplaintReceived => lang.pick("收到投诉", "收到投訴", "the complaint was received"),
        Milestone::Acknowledged => lang.pick("告知客户已受理", "告知客戶已受理", "receipt was acknowledged"),
        Milestone::NewFactsReceived => lang.pick(
            "收到新事实或新理由",
            "收到新事實或新理由",
            "new facts or reasons were received",
        ),
        Milestone::DecisionNotified => lang.pick(
            "将处理决定告知客户",
            "將處理決定告知客戶",
            "the customer was told the decision",
        ),
        Milestone::DecisionReceived => lang.pick(
            "客户收到处理决定",
            "客戶收到處理決定",
            "the customer received the decision",
        ),
        Milestone::ReviewRequested => lang.pick(
            "客户书面申请核查",
            "客戶書面申請核查",
            "the customer applied for review",
        ),
        Milestone::ReviewDecided => lang.pick(
            "将核查决定告知客户",
            "將核查決定告知客戶",
            "the customer was told the outcome of the review",
        ),
        Milestone::Withdrawn => lang.pick("客户撤回投诉", "客戶撤回投訴", "the complaint was withdrawn"),
        Milestone::ForwardedByCentralBank => lang.pick(
            "收到人民银行转交的投诉",
            "收到人民銀行轉交的投訴",
            "the complaint forwarded by the central bank was received",
        ),
        Milestone::HandedToLitigation => {
            lang.pick("移交诉讼", "移交訴訟", "the case was handed over to litigation")
        }
    }
}

/// Returns the words for a pause.
#[must_use]
pub fn reason_name(reason: PauseReason, lang: Lang) -> &'static str {
    match reason {
        PauseReason::Appraisal => lang.pick(
            "外部鉴定、检测、评估",
            "外部鑑定、檢測、評估",
            "Outside appraisal",
        ),
        PauseReason::Mediation => lang.pick("双方同意的调解", "雙方同意的調解", "Agreed mediation"),
    }
}

/// Returns the words for an approver's rank.
#[must_use]
pub fn rank_name(rank: ApproverRank, lang: Lang) -> &'static str {
    match rank {
        ApproverRank::TeamLeader => lang.pick("组长", "組長", "team leader"),
        ApproverRank::ComplaintOfficer => lang.pick(
            "本机构投诉处理工作负责人",
            "本機構投訴處理工作負責人",
            "person in charge of complaint handling",
        ),
        ApproverRank::SuperiorOrHeadOffice => lang.pick(
            "上级机构或总行高级管理人员",
            "上級機構或總行高級管理人員",
            "superior institution or senior manager of head office",
        ),
    }
}

impl Status {
    /// Returns the word for this status.
    #[must_use]
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Status::NotStarted => lang.pick("尚未开始", "尚未開始", "not started"),
            Status::Running => lang.pick("计时中", "計時中", "running"),
            Status::Paused => lang.pick("暂停计时", "暫停計時", "paused"),
            Status::Met => lang.pick("按时完成", "按時完成", "met in time"),
            Status::MetLate => lang.pick("超期完成", "逾期完成", "met late"),
            Status::Breached => lang.pick("已超期", "已逾期", "breached"),
            Status::Ended => lang.pick("已终止", "已終止", "ended"),
            Status::Superseded => lang.pick(
                "被新一次计算取代",
                "被新一次計算取代",
                "superseded by a later run",
            ),
        }
    }
}
