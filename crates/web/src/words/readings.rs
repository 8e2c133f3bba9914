//! What somebody read of a customer, and for what: the words of the list of readings.

use super::{Three, action, pick};
use crate::lang::Lang;
use domain::case::Action;

const READINGS: &[(&str, Three)] = &[
    ("case page", ["案件页", "案件頁", "case page"]),
    ("customer page", ["一户总览", "一戶總覽", "customer page"]),
    ("visit map", ["上门地图", "上門地圖", "map of visits"]),
    ("visit plan", ["上门排期", "上門排期", "plan for visits"]),
    ("explanation", ["案件说明", "案件說明", "explanation of the case"]),
    (
        "files by API",
        [
            "文件清单（接口）",
            "檔案清單（介面）",
            "list of files over the API",
        ],
    ),
    ("api", ["接口读取", "介面讀取", "read over the API"]),
];

/// Returns the name of what was read: a page, or the form of an action; else the text itself.
pub(crate) fn reading(what: &str, lang: Lang) -> String {
    if let Some((_, three)) = READINGS.iter().find(|(code, _)| *code == what) {
        return pick(*three, lang).to_owned();
    }
    // The id tells the file from the others of its case; its name is not for lists.
    if let Some(id) = what.strip_prefix("file ") {
        let short: String = id.chars().take(8).collect();
        return format!("{} {short}", pick(["打开文件", "開啟檔案", "opened file"], lang));
    }
    match Action::ALL.iter().find(|a| a.code() == what) {
        Some(a) => {
            let form = pick(["表单", "表單", "form"], lang);
            format!("{form}: {}", action(*a, lang))
        }
        None => what.to_owned(),
    }
}

/// Returns the name of a purpose; else the text itself.
pub(crate) fn purpose(code: &str, lang: Lang) -> String {
    match code {
        "complaint_handling" => pick(["办理投诉", "辦理投訴", "handling the complaint"], lang).to_owned(),
        _ => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_have_names() {
        assert_eq!(reading("visit map", Lang::En), "map of visits");
        assert!(reading("record_contact", Lang::ZhCn).starts_with("表单: "));
        assert_eq!(reading("file 0123456789abcdef", Lang::En), "opened file 01234567");
        assert_eq!(reading("something new", Lang::En), "something new");
        assert_eq!(purpose("complaint_handling", Lang::ZhTw), "辦理投訴");
    }
}
