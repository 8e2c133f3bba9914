//! Which encoding a text is in, decided when the first byte outside ASCII appears.
//!
//! UTF-8 is checked strictly. Otherwise the sample is decoded as each candidate, and the share of
//! very common Chinese characters decides: text of one encoding read as another gives rare ones.

use super::bytes::Bytes;
use crate::error::IntakeError;
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::{
    borrow::Cow,
    collections::HashSet,
    io::{self, Read},
    sync::LazyLock,
};

/// How many bytes are looked at to decide.
const SAMPLE: usize = 64 * 1024;

/// Decodes the rows of one file; the encoding stays open while everything is ASCII.
pub(crate) struct Decoder {
    encoding: Option<&'static Encoding>,
}

impl Decoder {
    pub(crate) fn new(encoding: Option<&'static Encoding>) -> Self {
        Decoder { encoding }
    }

    /// Decides on the encoding when the next `length` bytes are the first that need it.
    pub(crate) fn settle(&mut self, bytes: &mut Bytes, length: usize, row: u64) -> Result<(), IntakeError> {
        if self.encoding.is_some() || bytes.window()[..length].is_ascii() {
            return Ok(());
        }
        bytes.look_ahead(SAMPLE);
        let whole = bytes.window().len() < SAMPLE;
        let window = bytes.window();
        let sample = &window[..window.len().min(SAMPLE.max(length))];
        match guess(sample, whole) {
            Ok(encoding) => {
                self.encoding = Some(encoding);
                Ok(())
            }
            Err(Foreign { encoding, label }) => {
                let file = bytes.file().to_string();
                Err(IntakeError::Encoding {
                    file,
                    encoding,
                    label,
                    row,
                    rows: 0,
                })
            }
        }
    }

    /// Decodes some bytes, or says where they are not of the encoding.
    pub(crate) fn decode<'b>(&self, bytes: &'b [u8]) -> Result<Cow<'b, str>, String> {
        match self.encoding {
            Some(encoding) if encoding != UTF_8 => encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .ok_or_else(|| format!("has bytes that are not {}", encoding.name())),
            _ => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|e| {
                format!(
                    "has bytes that are not UTF-8, the first is byte {} of it",
                    e.valid_up_to() + 1
                )
            }),
        }
    }

    /// Decodes for a message, replacing what is not of the encoding.
    pub(crate) fn decode_lossy<'b>(&self, bytes: &'b [u8]) -> Cow<'b, str> {
        self.encoding
            .unwrap_or(UTF_8)
            .decode_without_bom_handling(bytes)
            .0
    }
}

/// An encoding that is named and not converted by guess.
#[derive(Debug, PartialEq)]
pub(crate) struct Foreign {
    pub(crate) encoding: &'static str,
    pub(crate) label: &'static str,
}

/// Says which encoding a sample with bytes outside ASCII is in; `whole` when nothing follows it.
pub(crate) fn guess(sample: &[u8], whole: bool) -> Result<&'static Encoding, Foreign> {
    if is_utf8(sample, whole) {
        return Ok(UTF_8);
    }
    let high = sample.iter().filter(|b| **b >= 0x80).count().max(1);
    let pairs = |f: fn(u8, u8) -> bool| sample.windows(2).filter(|w| f(w[0], w[1])).count();
    let sjis_kana =
        pairs(|a, b| (a == 0x82 && (0x9f..=0xf1).contains(&b)) || (a == 0x83 && (0x40..=0x96).contains(&b)));
    if sjis_kana >= 2 && sjis_kana * 10 >= high {
        return Err(Foreign {
            encoding: "Shift-JIS (Japanese)",
            label: "shift_jis",
        });
    }
    let gb = Reading::of(GB18030, sample, whole);
    let big5 = Reading::of(BIG5, sample, whole);
    let korean = Reading::of(EUC_KR, sample, whole);
    let japanese = Reading::of(EUC_JP, sample, whole);
    if japanese.fits() && japanese.kana * 5 >= japanese.foreign {
        return Err(Foreign {
            encoding: "EUC-JP (Japanese)",
            label: "euc-jp",
        });
    }
    const ENOUGH: usize = 12;
    if gb.nearly_fits()
        && gb.foreign >= ENOUGH
        && gb.common * 10 >= gb.foreign * 3
        && gb.common >= big5.common
    {
        return Ok(GB18030);
    }
    if big5.nearly_fits() && big5.foreign >= ENOUGH && big5.common * 10 >= big5.foreign * 3 {
        return Err(Foreign {
            encoding: "Big5 (traditional Chinese)",
            label: "big5",
        });
    }
    if korean.fits() && korean.hangul >= 4 && korean.hangul * 10 >= korean.foreign * 7 {
        return Err(Foreign {
            encoding: "EUC-KR (Korean)",
            label: "euc-kr",
        });
    }
    // Bytes A1 to F7 in pairs are the characters of GB 2312, which make up nearly all Chinese text.
    let (simple, lone) = runs(sample);
    if gb.fits() && gb.foreign < ENOUGH && simple * 10 >= gb.foreign * 6 {
        return Ok(GB18030);
    }
    if lone * 2 > high {
        return Err(Foreign {
            encoding: "Latin-1 or Windows-1252 (western European)",
            label: "windows-1252",
        });
    }
    Err(Foreign {
        encoding: "in an encoding that cannot be recognised",
        label: "gb18030",
    })
}

/// Whether a sample is UTF-8, apart from a character cut at its end and from a few damaged places.
fn is_utf8(sample: &[u8], whole: bool) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in sample.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    let cut = !whole && std::str::from_utf8(sample).is_err_and(|e| e.error_len().is_none());
    bad -= usize::from(cut && bad > 0);
    bad == 0 || good >= 10 * bad
}

/// Counts the pairs of bytes that are GB 2312 characters, and the high bytes that stand alone.
fn runs(sample: &[u8]) -> (usize, usize) {
    let (mut simple, mut lone) = (0, 0);
    for run in sample.split(|b| *b < 0x80).filter(|run| !run.is_empty()) {
        lone += usize::from(run.len() == 1);
        simple += run
            .chunks_exact(2)
            .filter(|p| (0xa1..=0xf7).contains(&p[0]) && p[1] >= 0xa1)
            .count();
    }
    (simple, lone)
}

/// What a sample looks like when read in one encoding.
struct Reading {
    /// Characters outside ASCII.
    foreign: usize,
    broken: usize,
    common: usize,
    kana: usize,
    hangul: usize,
}

impl Reading {
    fn of(encoding: &'static Encoding, sample: &[u8], whole: bool) -> Self {
        let text = encoding.decode_without_bom_handling(sample).0;
        let mut reading = Reading {
            foreign: 0,
            broken: 0,
            common: 0,
            kana: 0,
            hangul: 0,
        };
        for c in text.chars().filter(|c| !c.is_ascii()) {
            reading.foreign += 1;
            match c {
                '\u{fffd}' => reading.broken += 1,
                '\u{3040}'..='\u{30ff}' => reading.kana += 1,
                '\u{ac00}'..='\u{d7a3}' => reading.hangul += 1,
                c if COMMON_SET.contains(&c) => reading.common += 1,
                _ => {}
            }
        }
        reading.broken -= usize::from(!whole && text.ends_with('\u{fffd}'));
        reading
    }

    fn fits(&self) -> bool {
        self.broken * 50 <= self.foreign
    }

    /// Enough beside many common characters: a few rows may be damaged.
    fn nearly_fits(&self) -> bool {
        self.broken * 5 <= self.foreign
    }
}

static COMMON_SET: LazyLock<HashSet<char>> = LazyLock::new(|| COMMON.chars().collect());

/// The most frequent characters of Chinese, simplified and traditional, and Chinese punctuation.
const COMMON: &str = "的一是不了在有人我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家\
种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日者意无力它与长把机十民第公此已工使情明性知\
全三又关点正业外将两高间由问很最重并物手应向头文体相见被利什二等产或新制身果加西月话合回特代内信表化老给世位次度门任常先通教原东\
声提立及比员解水名真论处走义各入几口认条平系题活更别打女变四总何电数安少报才结反受目太量再感建务做接必场件计管期市直资命金指许统区保\
至形社便空决治展科司五基书非则听却界达放强即难且权思完设式色路记品住告类求据程边该交规万取款银账户贷卡投诉客服费息这個們來為國時會對說於後過\
發還從經學關與見當麼沒動樣開實無長機業將兩間問並應頭產話給門東聲員論處義幾認條題別變總電數報結務場計資統區決書則聽達強難權設記類據\
該規萬銀賬帳戶貸訴費，。、；：？！“”（）《》";

/// Text in UTF-16, turned into UTF-8 as it is read. A broken character becomes the byte FF, so that
/// the row that holds it is found out and rejected.
pub(crate) struct FromUtf16 {
    source: Bytes,
    decoder: encoding_rs::Decoder,
    out: Vec<u8>,
    given: usize,
    done: bool,
}

impl FromUtf16 {
    pub(crate) fn new(source: Bytes, encoding: &'static Encoding) -> Self {
        FromUtf16 {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            out: Vec::new(),
            given: 0,
            done: false,
        }
    }

    fn more(&mut self) -> io::Result<()> {
        const STEP: usize = 16 * 1024;
        self.out.clear();
        self.given = 0;
        if self.source.window().is_empty() {
            self.done = !self.source.fill().map_err(into_io)?;
        }
        let window = self.source.window();
        let window = &window[..window.len().min(STEP)];
        let mut room = vec![0; STEP * 3 + 16];
        let (result, read, written) = self
            .decoder
            .decode_to_utf8_without_replacement(window, &mut room, self.done);
        self.source.consume(read);
        room.truncate(written);
        self.out = room;
        if let encoding_rs::DecoderResult::Malformed(..) = result {
            self.out.push(0xff);
            self.done = false;
        }
        Ok(())
    }
}

/// Gives back the system's error where there is one.
fn into_io(e: IntakeError) -> io::Error {
    match e {
        IntakeError::Read { cause, .. } => cause,
        IntakeError::Gzip { cause, .. } => io::Error::new(io::ErrorKind::UnexpectedEof, cause),
        other => io::Error::other(other.to_string()),
    }
}

impl Read for FromUtf16 {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() {
            if self.done {
                return Ok(0);
            }
            self.more()?;
        }
        let n = buf.len().min(self.out.len() - self.given);
        buf[..n].copy_from_slice(&self.out[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

/// Returns the UTF-16 encoding that a text begins with by its mark.
pub(crate) fn utf16_mark(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// Says whether a text without mark is UTF-16: ASCII in it shows as a zero in every other byte. (A few
/// characters, such as 一, U+4E00, have the zero on the other side.)
pub(crate) fn unmarked_utf16(head: &[u8]) -> Option<Foreign> {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = head.len() / 16;
    if head.len() < 8 {
        None
    } else if odd > many && even * 8 < odd {
        Some(Foreign {
            encoding: "UTF-16LE without its mark",
            label: "utf-16le",
        })
    } else if even > many && odd * 8 < even {
        Some(Foreign {
            encoding: "UTF-16BE without its mark",
            label: "utf-16be",
        })
    } else {
        None
    }
}

/// Whether a text of this encoding must be converted before it is split.
pub(crate) fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}
