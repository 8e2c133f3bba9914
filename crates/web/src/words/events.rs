//! What happened, as the timeline says it.

use super::{Three, pick};
use crate::lang::Lang;

type Row = (&'static str, &'static str, &'static str, Three);

/// Kind of event in the log, icon, tone, words.
const EVENTS: &[Row] = &[
    (
        "ComplaintReceived",
        "inbox",
        "",
        ["登记投诉", "登記投訴", "took the complaint in"],
    ),
    (
        "ComplaintAcknowledged",
        "mail",
        "",
        [
            "告知客户已收悉",
            "告知客戶已收悉",
            "told the customer that it arrived",
        ],
    ),
    (
        "HandlerAssigned",
        "users",
        "",
        ["分派经办人", "分派經辦人", "assigned the case"],
    ),
    (
        "AllegationAdded",
        "plus",
        "",
        ["增加投诉事项", "增加投訴事項", "added an allegation"],
    ),
    (
        "ReviewStarted",
        "file",
        "info",
        ["开始初步审核", "開始初步審核", "began the preliminary review"],
    ),
    (
        "AllegationAssessed",
        "scale",
        "",
        [
            "审核了一项投诉事项",
            "審核了一項投訴事項",
            "assessed an allegation",
        ],
    ),
    (
        "ComplaintAccepted",
        "check",
        "ok",
        ["受理", "受理", "took the complaint up"],
    ),
    (
        "ComplaintDeclined",
        "cross",
        "bad",
        ["不予受理", "不予受理", "declined the complaint"],
    ),
    (
        "ScreeningDecided",
        "filter",
        "",
        ["作出筛选决定", "作出篩選決定", "decided the screening"],
    ),
    (
        "ScreeningObjected",
        "alert",
        "warn",
        [
            "客户对筛选提出异议",
            "客戶對篩選提出異議",
            "recorded an objection to the screening",
        ],
    ),
    (
        "VisitOffered",
        "calendar",
        "info",
        ["向客户邀约上门", "向客戶邀約上門", "offered a visit"],
    ),
    (
        "ConsentGiven",
        "shield",
        "ok",
        ["记录客户同意", "記錄客戶同意", "recorded a consent"],
    ),
    (
        "VisitRefused",
        "cross",
        "",
        [
            "客户谢绝上门",
            "客戶謝絕上門",
            "recorded that the visit is refused",
        ],
    ),
    (
        "ConsentWithdrawn",
        "cross",
        "warn",
        ["客户撤回同意", "客戶撤回同意", "recorded a withdrawn consent"],
    ),
    (
        "ConsentInvalidated",
        "cross",
        "warn",
        ["认定同意无效", "認定同意無效", "found a consent invalid"],
    ),
    (
        "VisitScheduled",
        "calendar",
        "info",
        ["排定上门", "排定上門", "scheduled the visit"],
    ),
    (
        "NoticeSent",
        "mail",
        "",
        ["发出预约告知", "發出預約告知", "sent the advance notice"],
    ),
    (
        "VisitCancelled",
        "cross",
        "",
        ["取消上门", "取消上門", "cancelled the visit"],
    ),
    (
        "VisitReported",
        "visits",
        "ok",
        ["报告上门情况", "報告上門情況", "reported the visit"],
    ),
    (
        "ChannelOpened",
        "swap",
        "info",
        ["改用其他渠道", "改用其他管道", "opened another channel"],
    ),
    (
        "FindingRecorded",
        "scale",
        "ok",
        ["记录核实结论", "記錄核實結論", "recorded a finding"],
    ),
    (
        "NegotiationOpened",
        "chat",
        "",
        ["开始协商", "開始協商", "opened the negotiation"],
    ),
    (
        "NegotiationEnded",
        "cross",
        "warn",
        ["协商未成", "協商未成", "ended the negotiation without agreement"],
    ),
    (
        "AgreementSigned",
        "pen",
        "ok",
        ["签署和解协议", "簽署和解協議", "signed the agreement"],
    ),
    (
        "DecisionNotified",
        "mail",
        "",
        ["告知处理决定", "告知處理決定", "notified the decision"],
    ),
    (
        "TaskAdded",
        "plus",
        "",
        ["增加落实任务", "增加落實任務", "added a task"],
    ),
    (
        "TaskCompleted",
        "check",
        "",
        ["完成一项任务", "完成一項任務", "completed a task"],
    ),
    (
        "TaskVerified",
        "check",
        "ok",
        ["复核一项任务", "覆核一項任務", "verified a task"],
    ),
    (
        "AgreementExecuted",
        "check",
        "ok",
        [
            "协议全部落实",
            "協議全部落實",
            "everything agreed has been carried out",
        ],
    ),
    (
        "ReviewRequested",
        "flag",
        "warn",
        [
            "客户申请核查",
            "客戶申請核查",
            "recorded the application for review",
        ],
    ),
    (
        "ReviewDecided",
        "scale",
        "",
        ["作出核查决定", "作出核查決定", "decided the review"],
    ),
    (
        "MediationStarted",
        "scale",
        "info",
        ["开始调解", "開始調解", "began mediation"],
    ),
    (
        "MediationEnded",
        "scale",
        "",
        ["调解结束", "調解結束", "ended mediation"],
    ),
    (
        "HandedToLitigation",
        "scale",
        "warn",
        ["移交诉讼", "移交訴訟", "handed over to litigation"],
    ),
    (
        "ComplaintWithdrawn",
        "leave",
        "",
        [
            "客户撤回投诉",
            "客戶撤回投訴",
            "recorded that the complaint is withdrawn",
        ],
    ),
    ("CaseClosed", "lock", "ok", ["结案", "結案", "closed the case"]),
    (
        "CaseReopened",
        "lock",
        "warn",
        ["重新打开", "重新開啟", "reopened the case"],
    ),
    (
        "NewFactsReceived",
        "inbox",
        "info",
        ["收到新的事实", "收到新的事實", "recorded new facts"],
    ),
    (
        "ClockExtended",
        "clock",
        "warn",
        ["批准延长时限", "批准延長時限", "extended a clock"],
    ),
    (
        "ExtensionNotified",
        "mail",
        "",
        [
            "告知客户延期",
            "告知客戶延期",
            "told the customer of the extension",
        ],
    ),
    (
        "ClockPaused",
        "pause",
        "warn",
        ["暂停计时", "暫停計時", "paused a clock"],
    ),
    (
        "ClockResumed",
        "clock",
        "",
        ["恢复计时", "恢復計時", "resumed a clock"],
    ),
    (
        "SimilarNoted",
        "link",
        "",
        ["提示相似案件", "提示相似案件", "noted similar cases"],
    ),
    (
        "SimilarDismissed",
        "link",
        "",
        [
            "确认为另案",
            "確認為另案",
            "found a similar case to be another matter",
        ],
    ),
    (
        "CaseLinked",
        "link",
        "",
        ["关联案件", "關聯案件", "linked a case"],
    ),
    (
        "CaseUnlinked",
        "link",
        "",
        ["解除关联", "解除關聯", "undid a link"],
    ),
    (
        "ContactRecorded",
        "phone",
        "",
        ["联系客户", "聯絡客戶", "contacted the customer"],
    ),
    (
        "SurveyRecorded",
        "chat",
        "",
        ["记录回访", "記錄回訪", "recorded the survey"],
    ),
    (
        "IncidentRecorded",
        "alert",
        "bad",
        ["记录突发情况", "記錄突發情況", "recorded an incident"],
    ),
    (
        "FileAttached",
        "file",
        "",
        ["添加文件", "新增檔案", "attached a file"],
    ),
    (
        "FileWithdrawn",
        "cross",
        "warn",
        ["撤下文件", "撤下檔案", "withdrew a file"],
    ),
    (
        "RoundOpened",
        "chat",
        "",
        ["新一轮协商", "新一輪協商", "opened a new round"],
    ),
    (
        "RemedyProposed",
        "file",
        "",
        ["拟定方案", "擬定方案", "proposed a remedy"],
    ),
    (
        "RemedyVoted",
        "vote",
        "",
        ["审批方案", "審批方案", "voted on a remedy"],
    ),
    (
        "OfferMade",
        "chat",
        "info",
        ["向客户提出方案", "向客戶提出方案", "made an offer"],
    ),
    (
        "CounterOffered",
        "swap",
        "info",
        ["记录客户对案", "記錄客戶對案", "recorded a counter-offer"],
    ),
    (
        "RoundEnded",
        "cross",
        "",
        ["本轮协商结束", "本輪協商結束", "ended the round"],
    ),
    (
        "OfferAccepted",
        "check",
        "ok",
        ["客户接受方案", "客戶接受方案", "the customer accepted"],
    ),
];

/// Returns icon, tone and words of an event; an unknown kind shows as it is.
pub(crate) fn event(kind: &str, lang: Lang) -> (&'static str, &'static str, String) {
    EVENTS
        .iter()
        .find(|(k, ..)| *k == kind)
        .map_or(("info", "", kind.to_owned()), |(_, icon, tone, words)| {
            (icon, tone, pick(*words, lang).to_owned())
        })
}
