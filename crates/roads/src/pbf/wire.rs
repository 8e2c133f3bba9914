//! The encoding of Protocol Buffers, as far as OpenStreetMap files need it.

/// The bytes are not what they should be; `0` says what was being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken(pub(crate) &'static str);

/// The value of one field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// A number of variable length; also flags and enumerations.
    Number(u64),
    /// Text, nested message, or packed numbers.
    Bytes(&'a [u8]),
    /// A number of fixed length: not used by the format, skipped.
    Fixed,
}

impl<'a> Value<'a> {
    pub(crate) fn bytes(self) -> Result<&'a [u8], Broken> {
        match self {
            Value::Bytes(b) => Ok(b),
            _ => Err(Broken("a field has another type than its number says")),
        }
    }

    pub(crate) fn number(self) -> Result<u64, Broken> {
        match self {
            Value::Number(n) => Ok(n),
            _ => Err(Broken("a field has another type than its number says")),
        }
    }
}

/// Reads fields one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    rest: &'a [u8],
}

impl<'a> Message<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Message<'a> {
        Message { rest: bytes }
    }

    /// Returns the next field's number and value, or `None` at the end.
    pub(crate) fn field(&mut self) -> Result<Option<(u64, Value<'a>)>, Broken> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = varint(&mut self.rest)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut self.rest)?),
            1 => self.skip(8)?,
            2 => {
                let length = varint(&mut self.rest)?;
                let length = usize::try_from(length).map_err(|_| CUT)?;
                let (bytes, rest) = self.rest.split_at_checked(length).ok_or(CUT)?;
                self.rest = rest;
                Value::Bytes(bytes)
            }
            5 => self.skip(4)?,
            _ => return Err(Broken("a field of unknown type")),
        };
        Ok(Some((key >> 3, value)))
    }

    fn skip(&mut self, bytes: usize) -> Result<Value<'a>, Broken> {
        self.rest = self.rest.get(bytes..).ok_or(CUT)?;
        Ok(Value::Fixed)
    }
}

const CUT: Broken = Broken("a field ends before its length");

fn varint(bytes: &mut &[u8]) -> Result<u64, Broken> {
    let mut value = 0_u64;
    for (i, &byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            *bytes = &bytes[i + 1..];
            return Ok(value);
        }
    }
    Err(Broken("a number without an end"))
}

/// Numbers written one after the other without keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed<'a> {
    rest: &'a [u8],
}

impl<'a> Packed<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Packed<'a> {
        Packed { rest: bytes }
    }

    /// Returns the next number, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<u64>, Broken> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        varint(&mut self.rest).map(Some)
    }

    /// Returns the next signed number, or `None` at the end.
    pub(crate) fn signed(&mut self) -> Result<Option<i64>, Broken> {
        Ok(self.next()?.map(zigzag))
    }
}

/// Undoes the encoding of signed numbers.
pub(crate) fn zigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_signs_are_read() {
        let mut packed = Packed::new(&[0x96, 0x01, 0x03, 0x04]);
        assert_eq!(packed.next(), Ok(Some(150)));
        assert_eq!(packed.signed(), Ok(Some(-2)));
        assert_eq!(packed.signed(), Ok(Some(2)));
        assert_eq!(packed.next(), Ok(None));
    }

    #[test]
    fn what_is_cut_or_endless_is_refused() {
        assert!(Packed::new(&[0xff]).next().is_err());
        assert!(Packed::new(&[0xff; 11]).next().is_err());
        for bytes in [&[0x0a, 5, 1][..], &[0x09, 1], &[0x0d, 1], &[0x0b], &[0x0a]] {
            assert!(Message::new(bytes).field().is_err(), "{bytes:?}");
        }
    }
}
