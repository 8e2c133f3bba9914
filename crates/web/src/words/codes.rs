//! The names of codes that stand in data: channels, lines, causes, roles, actions, options of forms.

use super::{Three, pick};
use crate::lang::Lang;
use domain::{Role, case::Action};

type Table = &'static [(&'static str, Three)];

const CHANNELS: Table = &[
    ("phone", ["电话", "電話", "telephone"]),
    ("branch", ["网点", "分行", "branch"]),
    ("letter", ["信函", "信函", "letter"]),
    ("sms", ["短信", "簡訊", "text message"]),
    ("email", ["电子邮件", "電子郵件", "e-mail"]),
    ("app", ["手机银行", "手機銀行", "bank's app"]),
    ("online", ["网站", "網站", "web site"]),
    ("video", ["视频", "視訊", "video call"]),
    ("written", ["书面", "書面", "in writing"]),
    ("mediation", ["调解", "調解", "mediation"]),
    ("regulator", ["监管转办", "監管轉辦", "via the regulator"]),
    ("visit", ["上门", "上門", "visit"]),
    ("web", ["网站", "網站", "web site"]),
];

const LINES: Table = &[
    ("loan", ["贷款", "貸款", "loans"]),
    ("card", ["银行卡", "銀行卡", "cards"]),
    ("account", ["账户", "帳戶", "accounts"]),
    ("payment", ["支付结算", "支付結算", "payments"]),
    ("wealth", ["理财", "理財", "wealth"]),
    ("insurance", ["代理保险", "代理保險", "insurance"]),
    ("credit_reporting", ["征信", "徵信", "credit reporting"]),
    ("debt_collection", ["催收", "催收", "debt collection"]),
    ("other", ["其他", "其他", "other"]),
];

const CAUSES: Table = &[
    (
        "C.attitude",
        [
            "服务态度及服务质量",
            "服務態度及服務品質",
            "manner and quality of service",
        ],
    ),
    (
        "C.facility",
        [
            "服务设施、设备、业务系统",
            "服務設施、設備、業務系統",
            "premises, machines, systems",
        ],
    ),
    (
        "C.rules",
        ["业务规则与流程", "業務規則與流程", "rules and procedure"],
    ),
    (
        "C.marketing",
        ["营销方式和手段", "行銷方式和手段", "ways of selling"],
    ),
    ("C.disclosure", ["信息披露", "資訊揭露", "disclosure"]),
    ("C.choice", ["自主选择权", "自主選擇權", "freedom to choose"]),
    ("C.price", ["定价收费", "定價收費", "prices and fees"]),
    ("C.yield", ["产品收益", "產品收益", "what a product yields"]),
    ("C.contract", ["合同条款", "合約條款", "terms of the contract"]),
    ("C.fundsafe", ["资金安全", "資金安全", "safety of money"]),
    ("C.datasafe", ["信息安全", "資訊安全", "safety of data"]),
    ("C.dunning", ["债务催收", "債務催收", "debt collection"]),
    ("C.other", ["其他", "其他", "other"]),
];

/// The names of options in forms, by group.
const OPTIONS: &[(&str, Table)] = &[
    (
        "truth",
        &[
            ("true", ["属实", "屬實", "true"]),
            ("partly_true", ["部分属实", "部分屬實", "partly true"]),
            ("not_true", ["不属实", "不屬實", "not true"]),
            ("unproven", ["无法查实", "無法查實", "cannot be shown"]),
        ],
    ),
    (
        "reasonableness",
        &[
            ("reasonable", ["合理", "合理", "reasonable"]),
            ("partly_reasonable", ["部分合理", "部分合理", "partly reasonable"]),
            ("unreasonable", ["不合理", "不合理", "not reasonable"]),
        ],
    ),
    (
        "scope",
        &[
            ("visiting", ["上门拜访", "上門拜訪", "being visited"]),
            ("entering", ["进入住所", "進入住所", "entering the home"]),
            ("recording", ["录音录像", "錄音錄影", "being recorded"]),
        ],
    ),
    (
        "place_kind",
        &[
            ("home", ["客户家中", "客戶家中", "at home"]),
            ("branch", ["网点", "分行", "at a branch"]),
            ("work", ["工作单位", "工作單位", "at work"]),
            ("other", ["其他地点", "其他地點", "elsewhere"]),
        ],
    ),
    (
        "next_channel",
        &[
            ("phone", ["电话", "電話", "telephone"]),
            ("branch", ["网点面谈", "分行面談", "at the branch"]),
            ("video", ["视频", "視訊", "video call"]),
            ("written", ["书面", "書面", "in writing"]),
            ("mediation", ["调解", "調解", "mediation"]),
        ],
    ),
    (
        "decline_reason",
        &[
            (
                "not_authorised",
                [
                    "非本人或无授权",
                    "非本人或無授權",
                    "not made by the complainant or an agent",
                ],
            ),
            (
                "nothing_new",
                [
                    "同一事项无新事实",
                    "同一事項無新事實",
                    "the same matter without new facts",
                ],
            ),
            (
                "not_a_complaint",
                [
                    "不属于投诉",
                    "不屬於投訴",
                    "not a complaint in the sense of the measures",
                ],
            ),
        ],
    ),
    (
        "visit_outcome",
        &[
            ("held", ["已会面", "已會面", "held"]),
            ("absent", ["客户不在", "客戶不在", "nobody there"]),
            (
                "refused_at_the_door",
                ["当场谢绝", "當場謝絕", "refused at the door"],
            ),
            ("unsafe", ["为安全离开", "為安全離開", "left for safety"]),
            ("cut_short", ["中途结束", "中途結束", "cut short"]),
        ],
    ),
    (
        "remedy_kind",
        &[
            (
                "explain",
                ["说明流程与政策", "說明流程與政策", "explain process and policy"],
            ),
            ("apologise", ["书面致歉", "書面致歉", "apologise in writing"]),
            ("correct", ["更正记录", "更正紀錄", "correct a record"]),
            ("refund", ["退款", "退款", "refund"]),
            ("compensate", ["赔偿损失", "賠償損失", "compensate a loss"]),
            ("waive", ["减免费用", "減免費用", "waive a fee"]),
            (
                "replan",
                ["调整还款计划", "調整還款計畫", "another repayment plan"],
            ),
            (
                "repair",
                ["修复或指导使用", "修復或指導使用", "repair, or show how"],
            ),
        ],
    ),
    (
        "review_outcome",
        &[
            ("upheld", ["维持原处理", "維持原處理", "the result stands"]),
            ("changed", ["重新处理", "重新處理", "decide anew"]),
        ],
    ),
    (
        "close_reason",
        &[
            (
                "settled",
                ["已化解并落实", "已化解並落實", "settled and carried out"],
            ),
            (
                "not_upheld",
                [
                    "投诉不成立，已说明",
                    "投訴不成立，已說明",
                    "not upheld, explained",
                ],
            ),
            (
                "not_agreed",
                [
                    "未达成一致，已告知救济途径",
                    "未達成一致，已告知救濟途徑",
                    "no agreement, redress explained",
                ],
            ),
            ("declined", ["不予受理", "不予受理", "not taken up"]),
            ("withdrawn", ["客户撤回", "客戶撤回", "withdrawn by the customer"]),
            ("litigation", ["转入诉讼", "轉入訴訟", "goes on in court"]),
            ("duplicate", ["重复投诉", "重複投訴", "goes on in another case"]),
        ],
    ),
    (
        "link_kind",
        &[
            ("duplicate", ["重复", "重複", "duplicate"]),
            ("repeated", ["再次投诉", "再次投訴", "repeated"]),
            ("related", ["相关", "相關", "related"]),
        ],
    ),
    (
        "pause_reason",
        &[
            (
                "appraisal",
                [
                    "鉴定、检测、评估",
                    "鑑定、檢測、評估",
                    "appraisal, test or assessment",
                ],
            ),
            (
                "mediation",
                ["双方同意调解", "雙方同意調解", "mediation agreed by both"],
            ),
        ],
    ),
    (
        "rank",
        &[
            ("team_leader", ["团队负责人", "團隊負責人", "team leader"]),
            (
                "complaint_officer",
                [
                    "投诉处理负责人",
                    "投訴處理負責人",
                    "officer in charge of complaints",
                ],
            ),
            (
                "superior_or_head_office",
                [
                    "上级机构或总行高管",
                    "上級機構或總行高管",
                    "superior institution or head office",
                ],
            ),
        ],
    ),
    (
        "moment",
        &[
            ("before", ["受理时", "受理時", "at intake"]),
            ("after", ["处理后", "處理後", "after handling"]),
        ],
    ),
    (
        "signature",
        &[
            ("on_paper", ["纸质签名", "紙本簽名", "on paper"]),
            (
                "finger_drawing",
                [
                    "屏幕手写（非可靠电子签名）",
                    "螢幕手寫（非可靠電子簽名）",
                    "finger drawing (no reliable e-signature)",
                ],
            ),
            (
                "ca_signature",
                ["可靠电子签名", "可靠電子簽名", "qualified e-signature"],
            ),
        ],
    ),
    (
        "file_kind",
        &[
            ("material", ["客户材料", "客戶材料", "customer's material"]),
            ("evidence", ["证据", "證據", "evidence"]),
            ("signed", ["签署文件", "簽署文件", "signed document"]),
            ("other", ["其他", "其他", "other"]),
        ],
    ),
    (
        "yes_no",
        &[("yes", ["是", "是", "yes"]), ("no", ["否", "否", "no"])],
    ),
    (
        "incident",
        &[
            ("threat", ["威胁或冲突", "威脅或衝突", "threat or quarrel"]),
            ("medical", ["身体不适", "身體不適", "somebody unwell"]),
            ("third_party", ["第三人在场", "第三人在場", "third party present"]),
            ("equipment", ["设备故障", "設備故障", "equipment failure"]),
            ("other", ["其他", "其他", "other"]),
        ],
    ),
    (
        "five",
        &[
            ("1", ["1 很不满意", "1 很不滿意", "1 very poor"]),
            ("2", ["2 不满意", "2 不滿意", "2 poor"]),
            ("3", ["3 一般", "3 普通", "3 fair"]),
            ("4", ["4 满意", "4 滿意", "4 good"]),
            ("5", ["5 很满意", "5 很滿意", "5 very good"]),
        ],
    ),
    (
        "notify_channel",
        &[
            ("letter", ["信函", "信函", "letter"]),
            ("phone", ["电话", "電話", "telephone"]),
            ("sms", ["短信", "簡訊", "text message"]),
            ("email", ["电子邮件", "電子郵件", "e-mail"]),
            ("branch", ["网点当面", "分行當面", "in person at the branch"]),
        ],
    ),
    (
        "intake_channel",
        &[
            ("phone", ["电话", "電話", "telephone"]),
            ("branch", ["网点", "分行", "branch"]),
            ("letter", ["信函", "信函", "letter"]),
            ("email", ["电子邮件", "電子郵件", "e-mail"]),
            ("app", ["手机银行", "手機銀行", "bank's app"]),
            ("online", ["网站", "網站", "web site"]),
            ("regulator", ["监管转办", "監管轉辦", "via the regulator"]),
        ],
    ),
    (
        "language",
        &[
            ("zh-CN", ["简体中文", "簡體中文", "Chinese, simplified"]),
            ("zh-TW", ["繁体中文", "繁體中文", "Chinese, traditional"]),
            ("en", ["英文", "英文", "English"]),
        ],
    ),
    ("line", LINES),
    ("cause", CAUSES),
];

/// Returns the roles that people act in, in the order of the tables.
pub(crate) fn roles() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|r| *r != Role::System)
}

/// Returns what a person decided about a visit.
pub(crate) fn screened(selected: bool, lang: Lang) -> &'static str {
    let three = if selected {
        ["邀约上门", "邀約上門", "offer a visit"]
    } else {
        ["不邀约上门", "不邀約上門", "no visit offered"]
    };
    pick(three, lang)
}

fn find(table: Table, code: &str, lang: Lang) -> Option<&'static str> {
    table
        .iter()
        .find(|(c, _)| *c == code)
        .map(|(_, three)| pick(*three, lang))
}

/// Returns the name of a channel, or the code itself where the bank has codes of its own.
pub(crate) fn channel(code: &str, lang: Lang) -> String {
    find(CHANNELS, code, lang).map_or_else(|| code.to_owned(), str::to_owned)
}

/// Returns the name of a business line, or the code itself.
pub(crate) fn line(code: &str, lang: Lang) -> String {
    find(LINES, code, lang).map_or_else(|| code.to_owned(), str::to_owned)
}

/// Returns the name of a cause, or the code itself.
pub(crate) fn cause(code: &str, lang: Lang) -> String {
    find(CAUSES, code, lang).map_or_else(|| code.to_owned(), str::to_owned)
}

/// Returns the options of a group with their names.
pub(crate) fn options(group: &str, lang: Lang) -> Vec<(&'static str, &'static str)> {
    let table = OPTIONS.iter().find(|(g, _)| *g == group);
    table.map_or_else(Vec::new, |(_, options)| {
        options
            .iter()
            .map(|(c, three)| (*c, pick(*three, lang)))
            .collect()
    })
}

/// Returns the name of one option of a group, or the code itself.
pub(crate) fn option(group: &str, code: &str, lang: Lang) -> String {
    let table = OPTIONS.iter().find(|(g, _)| *g == group);
    table
        .and_then(|(_, options)| find(options, code, lang))
        .map_or_else(|| code.to_owned(), str::to_owned)
}

/// Returns the code by which a value of the domain is stored, such as `partly_true`.
pub(crate) fn code_of(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

/// Returns the name of a role.
pub(crate) fn role(role: Role, lang: Lang) -> &'static str {
    let three = match role {
        Role::Handler => ["投诉处理人", "投訴處理人", "handler"],
        Role::RelationshipManager => ["客户经理", "客戶經理", "relationship manager"],
        Role::LegalCounsel => ["法律顾问", "法律顧問", "legal counsel"],
        Role::ServiceSpecialist => ["服务专员", "服務專員", "service specialist"],
        Role::Technician => ["技术人员", "技術人員", "technician"],
        Role::Supervisor => ["主管", "主管", "supervisor"],
        Role::Compliance => ["合规", "合規", "compliance"],
        Role::Auditor => ["审计", "稽核", "auditor"],
        Role::Administrator => ["系统管理员", "系統管理員", "administrator"],
        Role::System => ["系统", "系統", "system"],
    };
    pick(three, lang)
}

/// Returns what a case in this state waits for, in the words of the person who has to do it.
pub(crate) fn next_step(state: &str, lang: Lang) -> &'static str {
    let three = match state {
        "received" => ["告知客户已收悉", "告知客戶已收悉", "Acknowledge the complaint"],
        "acknowledged" => ["开始初步审核", "開始初步審核", "Start the review"],
        "under_review" => [
            "完成各项投诉事项的审核",
            "完成各項投訴事項的審核",
            "Assess every allegation",
        ],
        "declined" | "withdrawn" => ["告知客户并结案", "告知客戶並結案", "Tell the customer and close"],
        "accepted" => [
            "决定是否邀约上门",
            "決定是否邀約上門",
            "Decide whether a visit is offered",
        ],
        "screened" => [
            "邀约上门或转其他渠道",
            "邀約上門或轉其他管道",
            "Offer the visit, or open another channel",
        ],
        "visit_offered" => ["取得客户答复", "取得客戶答覆", "Get the customer's answer"],
        "desk_handling" | "visited" => ["核实并记录结论", "核實並記錄結論", "Verify and record findings"],
        "consented" => [
            "在同意的时段内排期",
            "在同意的時段內排期",
            "Schedule inside a consented window",
        ],
        "scheduled" => [
            "发出预约告知，按约上门",
            "發出預約告知，按約上門",
            "Send the notice, keep the appointment",
        ],
        "visit_failed" => [
            "重新邀约或转其他渠道",
            "重新邀約或轉其他管道",
            "Offer again, or open another channel",
        ],
        "verified" => [
            "拟定方案或告知处理决定",
            "擬定方案或告知處理決定",
            "Propose a remedy or notify the decision",
        ],
        "remedy_proposed" => ["审批方案", "審批方案", "Vote on the remedy"],
        "negotiating" => [
            "答复客户，促成一致",
            "答覆客戶，促成一致",
            "Answer the customer, reach agreement",
        ],
        "agreed" => [
            "落实承诺并留存证明",
            "落實承諾並留存證明",
            "Carry out what was promised",
        ],
        "executed" => ["回访并结案", "回訪並結案", "Ask how it went, and close"],
        "not_agreed" => [
            "告知决定与救济途径",
            "告知決定與救濟途徑",
            "Notify the decision and ways of redress",
        ],
        "in_review" => ["作出核查决定", "作出核查決定", "Decide the review"],
        "in_mediation" => ["跟进调解", "跟進調解", "Follow the mediation"],
        "in_litigation" => ["移交完成后结案", "移交完成後結案", "Close once handed over"],
        _ => ["查看案件", "查看案件", "Look at the case"],
    };
    pick(three, lang)
}

/// Returns the name of an action, as buttons and the list of what is not possible show it.
pub(crate) fn action(action: Action, lang: Lang) -> &'static str {
    use Action as A;
    let three = match action {
        A::Receive => ["登记投诉", "登記投訴", "Take the complaint in"],
        A::Acknowledge => ["告知收悉", "告知收悉", "Acknowledge"],
        A::Assign => ["分派", "分派", "Assign"],
        A::AddAllegation => ["增加投诉事项", "增加投訴事項", "Add an allegation"],
        A::StartReview => ["开始初步审核", "開始初步審核", "Start the review"],
        A::Assess => ["审核投诉事项", "審核投訴事項", "Assess an allegation"],
        A::Accept => ["受理", "受理", "Accept"],
        A::Decline => ["不予受理", "不予受理", "Decline"],
        A::DecideScreening => ["决定是否邀约", "決定是否邀約", "Decide the screening"],
        A::ObjectToScreening => [
            "客户对筛选提出异议",
            "客戶對篩選提出異議",
            "Customer objects to the screening",
        ],
        A::OfferVisit => ["邀约上门", "邀約上門", "Offer a visit"],
        A::GiveConsent => ["记录同意", "記錄同意", "Record a consent"],
        A::RefuseVisit => [
            "记录客户谢绝上门",
            "記錄客戶謝絕上門",
            "Record that the visit is refused",
        ],
        A::WithdrawConsent => [
            "记录客户撤回同意",
            "記錄客戶撤回同意",
            "Record a withdrawn consent",
        ],
        A::InvalidateConsent => ["认定同意无效", "認定同意無效", "Find a consent invalid"],
        A::ScheduleVisit => ["排期", "排期", "Schedule the visit"],
        A::SendNotice => ["发送预约告知", "發送預約告知", "Send the advance notice"],
        A::CancelVisit => ["取消上门", "取消上門", "Cancel the visit"],
        A::ReportVisit => ["上门报告", "上門報告", "Report the visit"],
        A::OpenChannel => ["转其他渠道", "轉其他管道", "Open another channel"],
        A::RecordFinding => ["记录核实结论", "記錄核實結論", "Record a finding"],
        A::ProposeRemedy => ["拟定方案", "擬定方案", "Propose a remedy"],
        A::VoteOnRemedy => ["审批方案", "審批方案", "Vote on a remedy"],
        A::MakeOffer => ["向客户提出方案", "向客戶提出方案", "Make the offer"],
        A::RecordCounterOffer => ["记录对案", "記錄對案", "Record a counter-offer"],
        A::EndNegotiation => ["协商未成", "協商未成", "End the negotiation"],
        A::SignAgreement => ["签署和解协议", "簽署和解協議", "Sign the agreement"],
        A::NotifyDecision => ["告知处理决定", "告知處理決定", "Notify the decision"],
        A::AddTask => ["增加落实任务", "增加落實任務", "Add a task"],
        A::CompleteTask => ["完成任务", "完成任務", "Complete a task"],
        A::VerifyTask => ["复核任务", "覆核任務", "Verify a task"],
        A::RequestReview => ["客户申请核查", "客戶申請核查", "Customer asks for a review"],
        A::DecideReview => ["核查决定", "核查決定", "Decide the review"],
        A::StartMediation => ["开始调解", "開始調解", "Start mediation"],
        A::EndMediation => ["结束调解", "結束調解", "End mediation"],
        A::HandOverToLitigation => ["移交诉讼", "移交訴訟", "Hand over to litigation"],
        A::WithdrawComplaint => ["客户撤回投诉", "客戶撤回投訴", "Customer withdraws"],
        A::Close => ["结案", "結案", "Close"],
        A::Reopen => ["重新打开", "重新開啟", "Reopen"],
        A::ReceiveNewFacts => ["收到新事实", "收到新事實", "New facts arrived"],
        A::ExtendClock => ["延长时限", "延長時限", "Extend a clock"],
        A::NotifyExtension => ["告知延期", "告知延期", "Notify the extension"],
        A::PauseClock => ["暂停计时", "暫停計時", "Pause a clock"],
        A::ResumeClock => ["恢复计时", "恢復計時", "Resume a clock"],
        A::NoteSimilar => ["提示相似案件", "提示相似案件", "Note similar cases"],
        A::DismissSimilar => ["确认为另案", "確認為另案", "It is another matter"],
        A::LinkCase => ["关联案件", "關聯案件", "Link a case"],
        A::UnlinkCase => ["解除关联", "解除關聯", "Undo a link"],
        A::RecordContact => ["记录联系", "記錄聯絡", "Record a contact"],
        A::RecordSurvey => ["记录回访", "記錄回訪", "Record the survey"],
        A::RecordIncident => ["记录突发情况", "記錄突發情況", "Record an incident"],
        A::AttachFile => ["添加文件", "新增檔案", "Attach files"],
        A::WithdrawFile => ["撤下文件", "撤下檔案", "Withdraw a file"],
    };
    pick(three, lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_domain_have_names() {
        use domain::case as c;
        let named = |group: &str, code: String| {
            assert!(
                options(group, Lang::En).iter().any(|(c, _)| *c == code),
                "{group}: {code}"
            );
        };
        for t in [
            c::Truth::True,
            c::Truth::PartlyTrue,
            c::Truth::NotTrue,
            c::Truth::Unproven,
        ] {
            named("truth", code_of(t));
        }
        for s in [
            c::ConsentScope::Visiting,
            c::ConsentScope::Entering,
            c::ConsentScope::Recording,
        ] {
            named("scope", code_of(s));
        }
        for ch in c::Channel::ALL {
            named("next_channel", code_of(ch));
        }
        assert_eq!(channel("carrier pigeon", Lang::En), "carrier pigeon");
    }
}
