//! Memory stays bounded whatever the size of the file. Alone in its program, because it looks at the
//! peak memory of the process.

use intake::{Map, Options, Reader};
use std::io::Read;

/// Gives rows of about 400 bytes, made as they are asked for.
struct Rows {
    next: u64,
    count: u64,
    row: Vec<u8>,
    given: usize,
}

impl Read for Rows {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.given == self.row.len() {
            if self.next == self.count {
                return Ok(0);
            }
            self.row = format!("{},2024-03-05,{}\n", self.next, "complaint text ".repeat(25)).into();
            self.next += 1;
            self.given = 0;
        }
        let n = buf.len().min(self.row.len() - self.given);
        buf[..n].copy_from_slice(&self.row[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

/// Peak resident memory in KiB, where the system tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn two_hundred_thousand_rows_need_no_more_memory_than_their_ids() {
    const COUNT: u64 = 200_000;
    const ALLOWED_KIB: u64 = 24 * 1024;
    let head = b"source_id,received_at,narrative\n".to_vec();
    let rows = Rows {
        next: 0,
        count: COUNT,
        row: head,
        given: 0,
    };
    let map = Map::named("forecourt").unwrap();
    let mut reader = Reader::from_stream(Box::new(rows), "generated", 0, &map, Options::default()).unwrap();
    assert_eq!(reader.by_ref().take(1000).filter(Result::is_ok).count(), 1000);
    let before = peak();
    assert_eq!(reader.by_ref().filter(Result::is_ok).count() as u64, COUNT - 1000);
    assert_eq!(reader.finish().unwrap().records, COUNT);
    match (before, peak()) {
        (Some(before), Some(after)) => {
            eprintln!("peak memory grew by {} KiB over 80 MB of rows", after - before);
            assert!(after - before < ALLOWED_KIB, "grew by {} KiB", after - before);
        }
        _ => eprintln!("1 case skipped: the system does not tell the peak memory"),
    }
}
