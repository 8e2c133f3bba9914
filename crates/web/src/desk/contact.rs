//! How a complainant can be reached, as pages show it once the reading is recorded.

use crate::{
    page::Show,
    words::{self, Words},
};
use domain::case::Complainant;

/// Returns names and values; several cases of one customer may know different ones, the newest first.
/// Numbers of documents and accounts stay masked.
pub(crate) fn of(known: &[&Complainant], t: Words, show: &Show) -> Vec<(&'static str, String)> {
    let personal = |p: &domain::Personal| p.text().map_or_else(|| t.erased().to_owned(), ToOwned::to_owned);
    type Read<'a> = &'a dyn Fn(&Complainant) -> String;
    let fields: [(&'static str, Read<'_>); 7] = [
        (t.name(), &|c| personal(&c.name)),
        (t.phone(), &|c| personal(&c.phone)),
        (t.email(), &|c| personal(&c.email)),
        (t.id_number(), &|c| text::mask_phone(c.id_number.or_empty())),
        (t.account(), &|c| text::mask_phone(c.account.or_empty())),
        (t.address(), &|c| personal(&c.address)),
        (t.preferred_language(), &|c| {
            words::option("language", &c.language, show.lang)
        }),
    ];
    fields
        .into_iter()
        .filter_map(|(label, read)| {
            let mut values: Vec<String> = Vec::new();
            for value in known.iter().map(|c| read(c)).filter(|v| !v.is_empty()) {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            (!values.is_empty()).then(|| (label, values.join("；")))
        })
        .collect()
}
