//! What a file is, by its bytes: files from outside are taken only when their content is of a kind that
//! people need for a complaint, and when name and declared type say the same.
//!
//! Nothing is unpacked, decoded or run. A file is looked at in its own bytes, with bounded effort.

mod image;
mod name;
mod text;
mod zip;

pub use name::clean_name;

use std::fmt;

macro_rules! media {
    ($($(#[$doc:meta])* $name:ident = $mime:literal, [$($ending:literal),+], [$($alias:literal),*];)*) => {
        /// The kinds of files that are taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Media { $($(#[$doc])* $name,)* }

        impl Media {
            /// Every kind.
            pub const ALL: &'static [Media] = &[$(Media::$name,)*];

            /// Returns the media type.
            #[must_use]
            pub fn mime(self) -> &'static str {
                match self { $(Media::$name => $mime,)* }
            }

            /// Returns the endings of names that files of this kind have, the usual one first.
            #[must_use]
            pub fn endings(self) -> &'static [&'static str] {
                match self { $(Media::$name => &[$($ending),+],)* }
            }

            /// The types that browsers and mail programs also declare for it.
            fn aliases(self) -> &'static [&'static str] {
                match self { $(Media::$name => &[$($alias),*],)* }
            }
        }
    };
}

media! {
    /// Portable Document Format.
    Pdf = "application/pdf", ["pdf"], ["application/x-pdf"];
    /// JPEG image.
    Jpeg = "image/jpeg", ["jpg", "jpeg", "jpe", "jfif"], ["image/jpg", "image/pjpeg"];
    /// PNG image.
    Png = "image/png", ["png"], ["image/x-png"];
    /// GIF image.
    Gif = "image/gif", ["gif"], [];
    /// WebP image.
    Webp = "image/webp", ["webp"], [];
    /// HEIC image, as telephones make them.
    Heic = "image/heic", ["heic", "heif"], ["image/heif"];
    /// Plain text.
    Text = "text/plain", ["txt", "text"], [];
    /// Comma-separated values.
    Csv = "text/csv", ["csv"], ["text/plain", "application/vnd.ms-excel", "application/csv", "text/comma-separated-values"];
    /// Word document without macros.
    Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ["docx"], ["application/zip", "application/x-zip-compressed"];
    /// Excel workbook without macros.
    Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ["xlsx"], ["application/zip", "application/x-zip-compressed"];
    /// OpenDocument text.
    Odt = "application/vnd.oasis.opendocument.text", ["odt"], ["application/zip", "application/x-zip-compressed"];
    /// E-mail message.
    Eml = "message/rfc822", ["eml"], ["text/plain"];
    /// MP3 audio.
    Mp3 = "audio/mpeg", ["mp3"], ["audio/mp3", "audio/x-mp3", "audio/mpeg3"];
    /// AAC audio in an MP4 container.
    M4a = "audio/mp4", ["m4a"], ["audio/m4a", "audio/x-m4a", "video/mp4"];
    /// WAV audio.
    Wav = "audio/wav", ["wav"], ["audio/x-wav", "audio/wave", "audio/vnd.wave"];
    /// AMR audio, as telephones record it.
    Amr = "audio/amr", ["amr"], ["audio/amr-wb", "audio/3gpp"];
    /// Ogg audio.
    Ogg = "audio/ogg", ["ogg", "oga", "opus"], ["application/ogg", "audio/opus", "audio/vorbis"];
    /// MP4 video.
    Mp4 = "video/mp4", ["mp4", "m4v"], ["video/x-m4v", "application/mp4"];
    /// QuickTime video.
    Mov = "video/quicktime", ["mov", "qt"], [];
}

impl Media {
    /// Returns the kind with this media type.
    #[must_use]
    pub fn from_mime(mime: &str) -> Option<Media> {
        Media::ALL.iter().copied().find(|m| m.mime() == mime)
    }

    /// Says whether content of this kind is text, which has no signature of its own.
    fn is_text(self) -> bool {
        matches!(self, Media::Text | Media::Csv | Media::Eml)
    }
}

/// Returns the usual ending of every kind, for people.
#[must_use]
pub fn accepted_endings() -> String {
    let endings: Vec<&str> = Media::ALL.iter().map(|m| m.endings()[0]).collect();
    endings.join(", ")
}

/// The most pixels that an image may claim to have.
pub const MOST_PIXELS: u64 = 50_000_000;

/// Why a file is not taken. Nothing of it was kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// No usable name.
    #[error("the file has no usable name")]
    NoName,
    /// The content is of no kind that is taken.
    #[error("the content is {}, which is not accepted; accepted are {}", .0, accepted_endings())]
    Kind(Found),
    /// The name ends otherwise than the content is.
    #[error("the name ends in .{ending}, but the content is {}", .found.endings()[0])]
    Ending {
        /// The ending.
        ending: String,
        /// What was found.
        found: Media,
    },
    /// The sender declared another type than the content has.
    #[error("it was declared as {declared}, but the content is {}", .found.mime())]
    Declared {
        /// What was declared.
        declared: String,
        /// What was found.
        found: Media,
    },
    /// The document carries macros or other active parts.
    #[error("the document carries macros or other active content")]
    Active,
    /// The file is something else as well.
    #[error("the file is two things at once: {} and {other}", .found.endings()[0])]
    Polyglot {
        /// What it begins as.
        found: Media,
        /// What else is in it.
        other: &'static str,
    },
    /// The image claims to be larger than any camera makes.
    #[error("the image claims to have {pixels} pixels; {MOST_PIXELS} are allowed")]
    Pixels {
        /// Width times height.
        pixels: u64,
    },
    /// The container would unpack to far more than it is.
    #[error("the container would unpack to far more than it is")]
    Bomb,
    /// The container is encrypted, so nobody can look at what is in it.
    #[error("the container is encrypted")]
    Encrypted,
    /// The file is cut off or damaged.
    #[error("the file is cut off or damaged ({})", .0.endings()[0])]
    Damaged(Media),
}

/// What content was found that is not taken: a media type, or a word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A program or script.
    Program(&'static str),
    /// HTML, SVG or other markup that browsers may run.
    Markup,
    /// Something known, by its media type.
    Other(&'static str),
    /// Nothing that is known.
    Unknown,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Program(what) => write!(f, "a program or script ({what})"),
            Found::Markup => f.write_str("HTML, SVG or other markup"),
            Found::Other(what) => f.write_str(what),
            Found::Unknown => f.write_str("of no known kind"),
        }
    }
}

/// A file that may be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The name, cleaned, with an ending that fits.
    pub name: String,
    /// What it is.
    pub media: Media,
}

/// Looks at a file: what it is, and whether name and declared type agree with that. `declared` may be
/// empty, as may the ending of the name: then they claim nothing.
///
/// # Errors
/// [`NotAccepted`] says why it is not taken.
pub fn look(name: &str, declared: &str, content: &[u8]) -> Result<Accepted, NotAccepted> {
    let mut name = clean_name(name).ok_or(NotAccepted::NoName)?;
    if content.is_empty() {
        return Err(NotAccepted::Empty);
    }
    let ending = name::ending(&name).unwrap_or_default().to_lowercase();
    let media = match media_of(content)? {
        // Text says of itself only that it is text: which kind stands in the name.
        Media::Text if ending == "csv" => Media::Csv,
        media => media,
    };
    // A mail may be kept as text.
    let fits = media.endings().contains(&ending.as_str()) || media == Media::Eml && ending == "txt";
    if ending.is_empty() {
        name = format!("{name}.{}", media.endings()[0]);
    } else if !fits {
        return Err(NotAccepted::Ending { ending, found: media });
    }
    let declared = declared
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let claims = !matches!(
        declared.as_str(),
        "" | "application/octet-stream" | "binary/octet-stream"
    );
    let agrees = declared == media.mime()
        || media.aliases().contains(&declared.as_str())
        || media.is_text() && declared.starts_with("text/") && declared != "text/html";
    if claims && !agrees {
        let declared = declared.chars().take(100).collect();
        return Err(NotAccepted::Declared {
            declared,
            found: media,
        });
    }
    Ok(Accepted { name, media })
}

/// Finds out what content is.
fn media_of(content: &[u8]) -> Result<Media, NotAccepted> {
    if let Some(media) = container(content) {
        return media.and_then(|media| whole(media, content));
    }
    let found = infer::get(content).map(|t| (t.mime_type(), t.matcher_type()));
    let media = match found {
        Some((mime, _)) => match mime {
            "application/pdf" => Media::Pdf,
            "image/jpeg" => Media::Jpeg,
            "image/png" => Media::Png,
            "image/gif" => Media::Gif,
            "image/webp" => Media::Webp,
            "audio/mpeg" => Media::Mp3,
            "audio/x-wav" => Media::Wav,
            "audio/amr" => Media::Amr,
            "audio/ogg" | "audio/opus" => Media::Ogg,
            // Their signatures are two letters and six digits, with which a text may begin.
            "image/bmp" | "application/x-cpio" => text::kind(content)?,
            "text/html" | "text/xml" => return Err(NotAccepted::Kind(Found::Markup)),
            other => {
                let program = found.is_some_and(|(_, kind)| kind == infer::MatcherType::App)
                    || other == "text/x-shellscript";
                return Err(NotAccepted::Kind(if program {
                    Found::Program(other)
                } else {
                    Found::Other(other)
                }));
            }
        },
        // Text has no signature: what is left may be text.
        None => text::kind(content)?,
    };
    whole(media, content)
}

/// Kinds that are told by the boxes or entries inside: MP4 and its relatives, and zip containers.
fn container(content: &[u8]) -> Option<Result<Media, NotAccepted>> {
    if content.starts_with(b"PK") {
        return Some(zip::kind(content));
    }
    let brand = content
        .get(8..12)
        .filter(|_| content.get(4..8) == Some(b"ftyp"))?;
    Some(Ok(match brand {
        b"qt  " => Media::Mov,
        b"M4A " | b"M4B " => Media::M4a,
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => Media::Heic,
        b"avif" | b"avis" => return Some(Err(NotAccepted::Kind(Found::Other("image/avif")))),
        b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" | b"M4V " | b"MSNV"
        | b"mmp4" | b"3gp4" | b"3gp5" | b"dash" => Media::Mp4,
        _ => return Some(Err(NotAccepted::Kind(Found::Unknown))),
    }))
}

/// Checks that the content is only this, and not larger than it looks.
fn whole(media: Media, content: &[u8]) -> Result<Media, NotAccepted> {
    if let Some(pixels) = image::pixels(media, content)?
        && pixels > MOST_PIXELS
    {
        return Err(NotAccepted::Pixels { pixels });
    }
    let other = |other| Err(NotAccepted::Polyglot { found: media, other });
    if !matches!(media, Media::Docx | Media::Xlsx | Media::Odt) && zip::ends_with_one(content) {
        return other("a zip archive");
    }
    // Readers of PDF look for the head in the first kilobyte.
    let head = &content[..content.len().min(1024)];
    if media != Media::Pdf && memchr::memmem::find(head, b"%PDF-").is_some() {
        return other("a PDF");
    }
    Ok(media)
}
