//! A small HTTP client that also sends what no proper client would.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Longer than this no answer may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header; empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, v)| v.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("no JSON ({e}), status {}: {}", self.status, self.text()))
    }

    /// The session's secret that a sign-in set.
    pub(crate) fn secret(&self) -> String {
        let cookie = self.header("set-cookie");
        let value = cookie.split(';').next().and_then(|c| c.split_once('='));
        value.map_or_else(String::new, |(_, v)| v.to_owned())
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The server closed the connection before an answer.
    Closed,
    /// It took too long.
    Hang,
}

/// One connection that is kept open as long as the server likes.
pub(crate) struct Http {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Http {
    pub(crate) fn to(address: SocketAddr) -> Self {
        Http {
            address,
            stream: None,
            buffer: Vec::new(),
        }
    }

    fn stream(&mut self) -> &mut TcpStream {
        let address = self.address;
        self.stream.get_or_insert_with(|| {
            let stream = TcpStream::connect(address).expect("connects");
            stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
            stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
            stream.set_nodelay(true).expect("a socket option");
            stream
        })
    }

    /// Sends a proper request.
    pub(crate) fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut raw = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            raw.push_str(&format!("{name}: {value}\r\n"));
        }
        raw.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let mut raw = raw.into_bytes();
        raw.extend_from_slice(body);
        self.raw(&raw, method == "HEAD")
            .unwrap_or_else(|t| panic!("{method} {path}: {t:?}"))
    }

    /// Sends bytes and reads one answer; `bare`: one without body, as HEAD has it.
    pub(crate) fn raw(&mut self, bytes: &[u8], bare: bool) -> Result<Answer, Trouble> {
        let fresh = self.stream.is_none();
        match self.exchange(bytes, bare) {
            // The server may have closed a kept connection while we were sending.
            Err(Trouble::Closed) if !fresh => {
                self.close();
                self.exchange(bytes, bare)
            }
            other => other,
        }
        .inspect_err(|_| self.close())
    }

    fn close(&mut self) {
        self.stream = None;
        self.buffer.clear();
    }

    fn exchange(&mut self, bytes: &[u8], bare: bool) -> Result<Answer, Trouble> {
        // What a server refuses early it need not read to the end: an answer may be there all the same.
        let sent = self.stream().write_all(bytes);
        let answer = self.read(bare);
        if sent.is_err() || answer.as_ref().is_ok_and(|a| a.header("connection") == "close") {
            self.close();
        }
        answer
    }

    fn more(&mut self) -> Result<(), Trouble> {
        let mut part = [0; 16 * 1024];
        match self.stream().read(&mut part) {
            Ok(0) => Err(Trouble::Closed),
            Ok(n) => {
                self.buffer.extend_from_slice(&part[..n]);
                Ok(())
            }
            Err(e)
                if matches!(
                    e.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) =>
            {
                Err(Trouble::Hang)
            }
            Err(_) => Err(Trouble::Closed),
        }
    }

    fn line(&mut self) -> Result<String, Trouble> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|w| w == b"\r\n") {
                let line = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
                self.buffer.drain(..end + 2);
                return Ok(line);
            }
            self.more()?;
        }
    }

    fn bytes(&mut self, n: usize) -> Result<Vec<u8>, Trouble> {
        while self.buffer.len() < n {
            self.more()?;
        }
        Ok(self.buffer.drain(..n).collect())
    }

    fn read(&mut self, bare: bool) -> Result<Answer, Trouble> {
        let mut answer = Answer::default();
        loop {
            let first = self.line()?;
            answer.status = first
                .split(' ')
                .nth(1)
                .and_then(|s| s.parse().ok())
                .unwrap_or_else(|| panic!("no status line: {first:?}"));
            answer.headers.clear();
            loop {
                let line = self.line()?;
                let Some((name, value)) = line.split_once(':') else {
                    break;
                };
                answer
                    .headers
                    .push((name.to_lowercase(), value.trim().to_owned()));
            }
            if answer.status >= 200 {
                break;
            }
        }
        if bare || matches!(answer.status, 204 | 304) {
            return Ok(answer);
        }
        if answer.header("transfer-encoding") == "chunked" {
            loop {
                let size = self.line()?;
                let size = usize::from_str_radix(size.trim(), 16).expect("a chunk's size");
                let part = self.bytes(size)?;
                self.line()?;
                if size == 0 {
                    return Ok(answer);
                }
                answer.body.extend(part);
            }
        }
        if let Ok(length) = answer.header("content-length").parse() {
            answer.body = self.bytes(length)?;
        }
        Ok(answer)
    }
}

/// Encodes a form.
pub(crate) fn form(pairs: &[(&str, &str)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
        .into_bytes()
}

/// Frames a form with files: its media type and its bytes. Files are name, type and content.
pub(crate) fn multipart(fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "----forecourt-test-7f3a";
    let mut body = Vec::new();
    for (name, value) in fields {
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    for (name, media, content) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {media}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
