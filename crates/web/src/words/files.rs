//! Words about files: the section of the case page, and why a file is not taken.

use super::{Three, Words, pick};
use crate::lang::{Lang, at};
use ::app::sniff::{Found, MOST_PIXELS, NotAccepted, accepted_endings};
use domain::case::FileLimits;

words! {
    file_name: "名称", "名稱", "Name";
    file_kind: "类别", "類別", "Kind";
    file_size: "类型与大小", "類型與大小", "Type and size";
    file_by: "添加人", "新增人", "Attached by";
    file_note: "说明", "說明", "Note";
    file_withdraw: "撤下", "撤下", "Withdraw";
    files_withdrawn: "已撤下的文件", "已撤下的檔案", "Withdrawn files";
    files_add: "添加文件", "新增檔案", "Attach files";
    files_choose: "选择文件", "選擇檔案", "Files";
    files_rules: "加密保存；每次打开都会记录。文件属于事实，可能提交法院；协商中的方案与对案请勿放在这里。", "加密保存；每次開啟都會記錄。檔案屬於事實，可能提交法院；協商中的方案與對案請勿放在這裡。", "Kept encrypted; every opening is recorded. Files are facts and may go to court: offers made in negotiation do not belong here.";
    files_by_number: "以编号登记的证据", "以編號登記的證據", "Evidence registered by number";
    files_some_refused: "有文件未被接受", "有檔案未被接受", "Some files were not taken";
    files_kept: "已保存", "已儲存", "Kept";
    files_again: "请改正后重新选择未接受的文件；已保存的不必再次提交。", "請改正後重新選擇未接受的檔案；已儲存的不必再次提交。", "Mend the others and choose them again; what was kept need not be sent again.";
    files_rest_unread: "其余内容没有读取，请重新提交。", "其餘內容沒有讀取，請重新提交。", "What came after it was not read; send it again.";
    files_none_chosen: "请选择至少一个文件。", "請選擇至少一個檔案。", "Choose at least one file.";
    files_too_many: "一次提交的文件太多，请分几次。", "一次提交的檔案太多，請分幾次。", "Too many files at once; send them in parts.";
    files_send_again: "页面已过期，请重新打开后再提交。", "頁面已過期，請重新開啟後再提交。", "The form is too old; open the case again.";
}

/// Prints a number of bytes as people read it.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)];
    match UNITS.iter().find(|(_, unit)| bytes >= *unit) {
        None => format!("{bytes} B"),
        // Tenths say something only of small numbers.
        Some((name, unit)) if bytes / unit < 10 && !bytes.is_multiple_of(*unit) => {
            format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
        }
        Some((name, unit)) => format!("{} {name}", bytes / unit),
    }
}

/// What may be attached, in one sentence.
pub(crate) fn files_hint(limits: &FileLimits, together: u64, lang: Lang) -> String {
    let (one, all) = (size(limits.file_bytes), size(together));
    let kinds = accepted_endings();
    match lang {
        Lang::ZhCn => format!("可一次选择多个文件，每个不超过 {one}，合计不超过 {all}：{kinds}"),
        Lang::ZhTw => format!("可一次選擇多個檔案，每個不超過 {one}，合計不超過 {all}：{kinds}"),
        Lang::En => format!("Several at once, up to {one} each and {all} together: {kinds}"),
    }
}

fn found(found: &Found, lang: Lang) -> String {
    let three: Three = match found {
        Found::Program(_) => ["程序或脚本", "程式或指令碼", "a program or script"],
        Found::Markup => [
            "网页、SVG 等标记文件",
            "網頁、SVG 等標記檔案",
            "HTML, SVG or other markup",
        ],
        Found::Other("application/zip") => [
            "压缩包，或不支持的文档",
            "壓縮檔，或不支援的文件",
            "a zip archive, or a document of another kind",
        ],
        Found::Other(mime) => return (*mime).to_owned(),
        Found::Unknown => ["未知的类型", "未知的類型", "of no known kind"],
    };
    pick(three, lang).to_owned()
}

/// Says why a file is not taken, and what would be.
pub(crate) fn not_accepted(why: &NotAccepted, lang: Lang) -> String {
    use NotAccepted as N;
    let three = |hans: String, hant: String, en: String| match lang {
        Lang::ZhCn => hans,
        Lang::ZhTw => hant,
        Lang::En => en,
    };
    let fixed = |t: Three| pick(t, lang).to_owned();
    match why {
        N::Empty => fixed(["文件是空的", "檔案是空的", "the file is empty"]),
        N::NoName => fixed([
            "文件没有可用的名称",
            "檔案沒有可用的名稱",
            "the file has no usable name",
        ]),
        N::Kind(what) => {
            let (what, kinds) = (found(what, lang), accepted_endings());
            three(
                format!("内容是：{what}。可接受的类型：{kinds}"),
                format!("內容是：{what}。可接受的類型：{kinds}"),
                format!("the content is {what}; accepted are {kinds}"),
            )
        }
        N::Ending { ending, found } => {
            let is = found.endings()[0];
            three(
                format!("名称以 .{ending} 结尾，内容却是 {is}；请改正名称或选择正确的文件"),
                format!("名稱以 .{ending} 結尾，內容卻是 {is}；請改正名稱或選擇正確的檔案"),
                format!(
                    "the name ends in .{ending}, but the content is {is}; mend the name or choose the right file"
                ),
            )
        }
        N::Declared { declared, found } => {
            let is = found.mime();
            three(
                format!("声明的类型是 {declared}，内容却是 {is}"),
                format!("宣告的類型是 {declared}，內容卻是 {is}"),
                format!("it was declared as {declared}, but the content is {is}"),
            )
        }
        N::Active => fixed([
            "文档带有宏或其他活动内容；请另存为不含宏的文档",
            "文件帶有巨集或其他作用中內容；請另存為不含巨集的文件",
            "the document carries macros or other active content; save it without them",
        ]),
        N::Polyglot { .. } => fixed([
            "文件同时是两种类型，不安全；请重新导出",
            "檔案同時是兩種類型，不安全；請重新匯出",
            "the file is two things at once, which is not safe; export it anew",
        ]),
        N::Pixels { pixels } => {
            let (have, most) = (pixels / 1_000_000, MOST_PIXELS / 1_000_000);
            three(
                format!("图片有 {have} 百万像素，最多 {most}；请缩小后再提交"),
                format!("圖片有 {have} 百萬像素，最多 {most}；請縮小後再提交"),
                format!("the image has {have} megapixels, and {most} are allowed; make it smaller"),
            )
        }
        N::Bomb => fixed([
            "文档解开后会异常庞大，不接受",
            "文件解開後會異常龐大，不接受",
            "the document would unpack to far more than it is",
        ]),
        N::Encrypted => fixed([
            "文档已加密，无法检查；请提交未加密的版本",
            "文件已加密，無法檢查；請提交未加密的版本",
            "the document is encrypted and cannot be looked at; send it without encryption",
        ]),
        N::Damaged(_) => fixed([
            "文件不完整或已损坏",
            "檔案不完整或已損壞",
            "the file is cut off or damaged",
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KB"),
            (1536, "1.5 KB"),
            (20 << 20, "20 MB"),
            ((20 << 20) + 5, "20 MB"),
            (1 << 30, "1 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
