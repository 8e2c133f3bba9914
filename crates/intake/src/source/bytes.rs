//! Bytes of a file with a bounded look ahead, counted for the progress.

use crate::error::IntakeError;
use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Counts what is read from the file itself, before unpacking.
pub(crate) struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    pub(crate) fn new(inner: R, read: Arc<AtomicU64>) -> Self {
        Counted { inner, read }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl<R: io::Seek> io::Seek for Counted<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// How many bytes are asked for at once.
const CHUNK: usize = 128 * 1024;

/// What is left of an overlong line.
pub(crate) struct Overlong {
    /// Bytes at the start of the window that still stand for the line.
    pub(crate) kept: usize,
    /// Bytes of it that are gone.
    pub(crate) dropped: u64,
}

/// A window over a stream: what lies between `start` and `end` is there, more comes by [`Bytes::fill`].
pub(crate) struct Bytes {
    source: Box<dyn Read + Send>,
    /// Whether the stream is unpacked from gzip, for messages.
    gzip: bool,
    file: Arc<str>,
    buf: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    /// An error met while looking ahead, due when the bytes before it are used up.
    due: Option<IntakeError>,
}

impl Bytes {
    pub(crate) fn new(source: Box<dyn Read + Send>, gzip: bool, file: Arc<str>) -> Self {
        Bytes {
            source,
            gzip,
            file,
            buf: Vec::new(),
            start: 0,
            end: 0,
            at_end: false,
            due: None,
        }
    }

    /// Returns what is there.
    pub(crate) fn window(&self) -> &[u8] {
        &self.buf[self.start..self.end]
    }

    /// Passes over `n` bytes of the window.
    pub(crate) fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.end);
    }

    /// Reads more after the window; `false` at the end of the stream.
    pub(crate) fn fill(&mut self) -> Result<bool, IntakeError> {
        if let Some(e) = self.due.take() {
            return Err(e);
        }
        if self.at_end {
            return Ok(false);
        }
        if self.start > 0 && self.buf.len() - self.end < CHUNK {
            self.buf.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            // One huge row must not hold its memory for the rest of the file.
            if self.end + CHUNK < self.buf.len() / 4 {
                self.buf.truncate(self.end + CHUNK);
                self.buf.shrink_to_fit();
            }
        }
        if self.buf.len() - self.end < CHUNK {
            self.buf.resize(self.end + CHUNK, 0);
        }
        loop {
            match self.source.read(&mut self.buf[self.end..]) {
                Ok(0) => {
                    self.at_end = true;
                    return Ok(false);
                }
                Ok(n) => {
                    self.end += n;
                    return Ok(true);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => {
                    self.at_end = true;
                    return Err(self.failure(cause));
                }
            }
        }
    }

    /// Reads until the window holds `n` bytes or the stream ends. An error on the way is kept for
    /// the [`Bytes::fill`] that really needs more.
    pub(crate) fn look_ahead(&mut self, n: usize) {
        while self.end - self.start < n {
            match self.fill() {
                Ok(true) => {}
                Ok(false) => return,
                Err(e) => {
                    self.due = Some(e);
                    return;
                }
            }
        }
    }

    /// Drops the rest of the line at the start of the window from the stream, keeping its beginning
    /// (and its line end) for the message.
    pub(crate) fn drop_line(&mut self) -> Result<Overlong, IntakeError> {
        const SHOWN: usize = 1000;
        let mut dropped = 0;
        loop {
            let window = self.window();
            let from = SHOWN.min(window.len());
            let line_end = memchr::memchr(b'\n', &window[from..]);
            let n = line_end.unwrap_or(window.len() - from);
            let (from, to) = (self.start + from, self.start + from + n);
            self.buf.copy_within(to..self.end, from);
            self.end -= n;
            dropped += n as u64;
            if line_end.is_some() {
                return Ok(Overlong {
                    kept: from - self.start + 1,
                    dropped,
                });
            }
            if !self.fill()? {
                return Ok(Overlong {
                    kept: from - self.start,
                    dropped,
                });
            }
        }
    }

    fn failure(&self, cause: io::Error) -> IntakeError {
        let file = self.file.to_string();
        let damaged = matches!(
            cause.kind(),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
        );
        if self.gzip && damaged {
            IntakeError::Gzip {
                file,
                rows: 0,
                cause: cause.to_string(),
            }
        } else {
            IntakeError::Read { file, rows: 0, cause }
        }
    }

    pub(crate) fn file(&self) -> &Arc<str> {
        &self.file
    }
}

impl Read for Bytes {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            match self.fill() {
                Ok(true) => {}
                Ok(false) => return Ok(0),
                Err(IntakeError::Read { cause, .. }) => return Err(cause),
                Err(other) => return Err(io::Error::other(other.to_string())),
            }
        }
        let n = out.len().min(self.end - self.start);
        out[..n].copy_from_slice(&self.buf[self.start..self.start + n]);
        self.start += n;
        Ok(n)
    }
}
