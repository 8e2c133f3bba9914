//! E-mail: single mails, folders of `.eml` files and maildirs.

use crate::{
    error::IntakeError,
    record::Attachment,
    row::{Bad, Row, Rows, Step},
};
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders};
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// What a mail offers to a map, in the order of the cells.
pub(crate) const HEADINGS: [&str; 9] = [
    "mail.message_id",
    "mail.received",
    "mail.date",
    "mail.from_name",
    "mail.from_address",
    "mail.subject",
    "mail.text",
    "mail.language",
    "mail.channel",
];

/// Where mails come from.
enum Item {
    Path(PathBuf),
    Bytes(Vec<u8>),
}

/// Mails as rows.
pub(crate) struct Mails {
    items: std::vec::IntoIter<Item>,
    max: u64,
    read: Arc<AtomicU64>,
    row: u64,
    path: Option<String>,
    attachments: Vec<Attachment>,
}

/// Lists the mails of a folder: those of `cur` and `new` of a maildir, or its `.eml` files, by name.
/// Returns them with their size in all.
pub(crate) fn list(folder: &Path) -> io::Result<(Vec<PathBuf>, u64)> {
    let (cur, new) = (folder.join("cur"), folder.join("new"));
    let maildir = cur.is_dir() || new.is_dir();
    let folders: Vec<&Path> = if maildir { vec![&cur, &new] } else { vec![folder] };
    let mut found = Vec::new();
    let mut total = 0;
    for folder in folders {
        if !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let eml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("eml"));
            let hidden = path
                .file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with('.'));
            let meta = std::fs::metadata(&path)?;
            if meta.is_file() && !hidden && (maildir || eml) {
                total += meta.len();
                found.push(path);
            }
        }
    }
    found.sort();
    Ok((found, total))
}

/// Says whether a text begins as a mail does: with header lines, one of them well known.
pub(crate) fn looks_like_mail(head: &[u8]) -> bool {
    const KNOWN: [&str; 10] = [
        "from",
        "date",
        "subject",
        "message-id",
        "received",
        "return-path",
        "mime-version",
        "to",
        "delivered-to",
        "x-mailer",
    ];
    let mut known = 0;
    for (i, line) in head.split(|b| *b == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() || i > 200 {
            break;
        }
        if line[0] == b' ' || line[0] == b'\t' {
            if i == 0 {
                return false;
            }
            continue;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else {
            return known >= 2;
        };
        let name = &line[..colon];
        if name.is_empty() || !name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-') {
            return known >= 2;
        }
        known += usize::from(KNOWN.iter().any(|k| k.as_bytes().eq_ignore_ascii_case(name)));
    }
    known >= 2
}

impl Mails {
    pub(crate) fn of_paths(paths: Vec<PathBuf>, max: u64, read: Arc<AtomicU64>) -> Self {
        let items: Vec<Item> = paths.into_iter().map(Item::Path).collect();
        Mails {
            items: items.into_iter(),
            max,
            read,
            row: 0,
            path: None,
            attachments: Vec::new(),
        }
    }

    pub(crate) fn of_bytes(bytes: Vec<u8>, max: u64, read: Arc<AtomicU64>) -> Self {
        let items = vec![Item::Bytes(bytes)].into_iter();
        Mails {
            items,
            max,
            read,
            row: 0,
            path: None,
            attachments: Vec::new(),
        }
    }

    fn bytes(&mut self, item: Item) -> Result<Vec<u8>, Bad> {
        let path = match item {
            Item::Bytes(bytes) => {
                self.path = None;
                return if bytes.len() as u64 > self.max {
                    Err(too_large(self.max))
                } else {
                    Ok(bytes)
                };
            }
            Item::Path(path) => path,
        };
        self.path = Some(path.display().to_string());
        let mut bytes = Vec::new();
        let failed = |e: io::Error| Bad::row(format!("cannot be read: {e}"));
        File::open(&path)
            .map_err(failed)?
            .take(self.max + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        self.read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if bytes.len() as u64 > self.max {
            Err(too_large(self.max))
        } else {
            Ok(bytes)
        }
    }
}

fn too_large(max: u64) -> Bad {
    Bad::row(format!("is larger than the {max} bytes a mail may have"))
}

impl Rows for Mails {
    fn next(&mut self, row: &mut Row) -> Result<Step, IntakeError> {
        let Some(item) = self.items.next() else {
            return Ok(Step::End);
        };
        row.clear();
        self.row += 1;
        (row.row, row.line) = (self.row, self.row);
        self.attachments.clear();
        let filled = self.bytes(item).and_then(|bytes| {
            let parser = MessageParser::default();
            let mail = parser
                .parse(&bytes[..])
                .filter(|m| m.from().is_some() || m.date().is_some() || m.message_id().is_some());
            let mail = mail.ok_or_else(|| Bad::row("is no mail: it has neither sender nor date nor id"))?;
            self.attachments = attachments(&mail);
            fill(&mail, &self.attachments, row);
            Ok(())
        });
        Ok(match filled {
            Ok(()) => Step::Row,
            Err(bad) => Step::Bad(bad),
        })
    }

    fn raw(&self) -> String {
        self.path.clone().unwrap_or_default()
    }

    fn file(&self) -> Option<String> {
        self.path.clone()
    }

    fn attachments(&mut self) -> Vec<Attachment> {
        std::mem::take(&mut self.attachments)
    }
}

fn attachments(mail: &Message<'_>) -> Vec<Attachment> {
    mail.attachments()
        .map(|part| Attachment {
            name: part.attachment_name().unwrap_or("").to_owned(),
            kind: part
                .content_type()
                .map_or_else(String::new, |t| match t.subtype() {
                    Some(sub) => format!("{}/{sub}", t.ctype()),
                    None => t.ctype().to_owned(),
                }),
            bytes: part.len() as u64,
        })
        .collect()
}

/// Puts the parts of a mail into the cells, in the order of [`HEADINGS`].
fn fill(mail: &Message<'_>, attachments: &[Attachment], row: &mut Row) {
    let time = |at: Option<&mail_parser::DateTime>| {
        at.filter(|d| d.is_valid()).map(mail_parser::DateTime::to_rfc3339)
    };
    let date = time(mail.date());
    // The topmost of the Received lines was written by the bank's own server on receipt.
    let received = time(mail.received_all().next().and_then(|r| r.date.as_ref())).or_else(|| date.clone());
    let from = mail.from().and_then(|f| f.first());
    let text: Vec<_> = (0..mail.text_body_count())
        .filter_map(|i| mail.body_text(i))
        .collect();
    let mut text = text
        .iter()
        .map(|t| t.trim())
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    // A letter sent as a scan with nothing written beside it is a complaint all the same.
    if text.is_empty() {
        text = mail.subject().unwrap_or("").trim().to_owned();
        let names: Vec<_> = attachments
            .iter()
            .map(|a| format!("[{}, {} bytes]", a.name, a.bytes))
            .collect();
        if !names.is_empty() {
            text = format!("{text} {}", names.join(" "));
        }
    }
    let language = match mail.content_language() {
        HeaderValue::Text(tag) => Some(tag.trim().to_owned()),
        HeaderValue::TextList(tags) => tags.first().map(|t| t.trim().to_owned()),
        _ => None,
    };
    let language = language
        .filter(|tag| !tag.is_empty())
        .or_else(|| language_of(&text).map(str::to_owned));
    row.push_text(mail.message_id().unwrap_or("").trim());
    row.push_text(&received.unwrap_or_default());
    row.push_text(&date.unwrap_or_default());
    row.push_text(from.and_then(|f| f.name.as_deref()).unwrap_or(""));
    row.push_text(from.and_then(|f| f.address.as_deref()).unwrap_or(""));
    row.push_text(mail.subject().unwrap_or(""));
    row.push_text(&text);
    row.push_text(&language.unwrap_or_default());
    row.push_text("email");
}

/// Tells the language of a text by its script: simplified or traditional Chinese by characters that
/// only one of them has, English by very common words; `None` when it is not clear.
fn language_of(text: &str) -> Option<&'static str> {
    const SIMPLIFIED: &str = "这们来为国时会对说后过发还从经学关与见当么没动样开实无长机业将间问并应头产话给门东声员论处义几认条题别变电数报务场计资统区决书则听达强难权设记类该规万银账户贷诉费";
    const TRADITIONAL: &str = "這們來為國時會對說後過發還從經學關與見當麼沒動樣開實無長機業將間問並應頭產話給門東聲員論處義幾認條題別變電數報務場計資統區決書則聽達強難權設記類該規萬銀賬帳戶貸訴費";
    const ENGLISH: [&str; 12] = [
        "the", "and", "of", "to", "my", "is", "was", "i", "have", "for", "not", "that",
    ];
    let (mut simplified, mut traditional, mut han, mut kana) = (0, 0, 0, 0);
    for c in text.chars().take(20_000) {
        simplified += usize::from(SIMPLIFIED.contains(c));
        traditional += usize::from(TRADITIONAL.contains(c));
        han += usize::from(('\u{4e00}'..='\u{9fff}').contains(&c));
        kana += usize::from(('\u{3040}'..='\u{30ff}').contains(&c));
    }
    if kana * 4 > han {
        return if kana > 0 {
            Some("ja")
        } else {
            english(text, &ENGLISH)
        };
    }
    match simplified.cmp(&traditional) {
        std::cmp::Ordering::Greater => Some("zh-Hans"),
        std::cmp::Ordering::Less => Some("zh-Hant"),
        std::cmp::Ordering::Equal if han > 0 => Some("zh"),
        std::cmp::Ordering::Equal => english(text, &ENGLISH),
    }
}

fn english(text: &str, common: &[&str]) -> Option<&'static str> {
    let words = || {
        text.split(|c: char| !c.is_alphabetic())
            .filter(|w| !w.is_empty())
            .take(2000)
    };
    let hits = words()
        .filter(|w| common.iter().any(|c| w.eq_ignore_ascii_case(c)))
        .count();
    (hits >= 2 && hits * 12 >= words().count()).then_some("en")
}
