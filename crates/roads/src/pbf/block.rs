//! Nodes, ways and relations of one block.

use super::wire::{Broken, Message, Packed, zigzag};
use crate::{error::ImportError, geo::Point};

/// In bytes of UTF-8.
const LONGEST_WORD: usize = 4 * 255;
/// Tags of one element. OpenStreetMap itself has had some hundred.
const MOST_TAGS: usize = 5_000;

/// Which elements are wanted; the others are not decoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) nodes: bool,
    pub(crate) ways: bool,
}

/// One element.
#[derive(Debug)]
pub(crate) enum Element<'a> {
    /// A point; `None` when its coordinates do not lie on the earth.
    Node {
        id: i64,
        point: Option<Point>,
        tags: &'a Tags<'a>,
    },
    /// A line through nodes.
    Way {
        id: i64,
        nodes: &'a [i64],
        tags: &'a Tags<'a>,
    },
    /// A relation of others.
    Relation {
        members: &'a [Member<'a>],
        tags: &'a Tags<'a>,
    },
}

/// A member of a relation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) kind: MemberKind,
    pub(crate) id: i64,
    pub(crate) role: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberKind {
    Node,
    Way,
    Other,
}

/// The tags of an element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tags<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Tags<'a> {
    fn push(&mut self, key: &'a str, value: &'a str) -> Result<(), Broken> {
        if self.0.len() == MOST_TAGS {
            return Err(Broken("an element with thousands of tags"));
        }
        self.0.push((key, value));
        Ok(())
    }

    /// Returns the value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
    }

    /// Returns all pairs.
    pub(crate) fn pairs(&self) -> &[(&'a str, &'a str)] {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn of(pairs: &[(&'a str, &'a str)]) -> Tags<'a> {
        Tags(pairs.to_vec())
    }
}

/// A block whose groups have not been read yet.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    words: Vec<&'a str>,
    groups: Vec<&'a [u8]>,
    granularity: i64,
    lat_offset: i64,
    lon_offset: i64,
}

impl<'a> Block<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Block<'a>, Broken> {
        let mut block = Block {
            words: Vec::new(),
            groups: Vec::new(),
            granularity: 100,
            lat_offset: 0,
            lon_offset: 0,
        };
        let mut message = Message::new(bytes);
        while let Some((number, value)) = message.field()? {
            match number {
                1 => {
                    let mut table = Message::new(value.bytes()?);
                    while let Some((number, value)) = table.field()? {
                        if number == 1 {
                            // What is no text, or longer than the 255 characters that OpenStreetMap allows, can be
                            // no tag that matters here.
                            let word = Some(value.bytes()?).filter(|w| w.len() <= LONGEST_WORD);
                            let text = word.and_then(|w| std::str::from_utf8(w).ok());
                            block.words.push(text.unwrap_or_default());
                        }
                    }
                }
                2 => block.groups.push(value.bytes()?),
                17 => block.granularity = value.number()? as i64,
                19 => block.lat_offset = value.number()? as i64,
                20 => block.lon_offset = value.number()? as i64,
                _ => {}
            }
        }
        Ok(block)
    }

    /// Hands every wanted element to `each`.
    pub(crate) fn each(
        &self,
        wanted: Wanted,
        at: u64,
        each: &mut impl FnMut(Element<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let broken = |Broken(what): Broken| ImportError::Broken { at, what };
        for group in &self.groups {
            let mut message = Message::new(group);
            while let Some((number, value)) = message.field().map_err(broken)? {
                let body = match number {
                    1 | 2 if wanted.nodes => value.bytes().map_err(broken)?,
                    3 | 4 if wanted.ways => value.bytes().map_err(broken)?,
                    _ => continue,
                };
                match number {
                    1 => self.node(body, at, each)?,
                    2 => self.dense(body, at, each)?,
                    3 => self.way(body, at, each)?,
                    _ => self.relation(body, at, each)?,
                }
            }
        }
        Ok(())
    }

    fn word(&self, index: u64) -> Result<&'a str, Broken> {
        usize::try_from(index)
            .ok()
            .and_then(|i| self.words.get(i))
            .copied()
            .ok_or(Broken("a word that the block's table does not have"))
    }

    fn point(&self, lat: i64, lon: i64) -> Option<Point> {
        // In nanodegrees, by the format; a ten-millionth of a degree is a hundred of them.
        let degrees = |offset: i64, n: i64| {
            let nano = offset.checked_add(self.granularity.checked_mul(n)?)?;
            i32::try_from((nano.checked_add(50)?).div_euclid(100)).ok()
        };
        let point = Point {
            lat: degrees(self.lat_offset, lat)?,
            lon: degrees(self.lon_offset, lon)?,
        };
        point.is_valid().then_some(point)
    }

    fn tags(&self, keys: &[u8], values: &[u8]) -> Result<Tags<'a>, Broken> {
        let (mut keys, mut values) = (Packed::new(keys), Packed::new(values));
        let mut tags = Tags::default();
        loop {
            match (keys.next()?, values.next()?) {
                (Some(k), Some(v)) => tags.push(self.word(k)?, self.word(v)?)?,
                (None, None) => return Ok(tags),
                _ => return Err(Broken("keys and values of different number")),
            }
        }
    }

    fn node(
        &self,
        body: &[u8],
        at: u64,
        each: &mut impl FnMut(Element<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let parse = || -> Result<_, Broken> {
            let (mut id, mut lat, mut lon) = (0, 0, 0);
            let (mut keys, mut values) = (&[][..], &[][..]);
            let mut message = Message::new(body);
            while let Some((number, value)) = message.field()? {
                match number {
                    1 => id = zigzag(value.number()?),
                    2 => keys = value.bytes()?,
                    3 => values = value.bytes()?,
                    8 => lat = zigzag(value.number()?),
                    9 => lon = zigzag(value.number()?),
                    _ => {}
                }
            }
            Ok((id, self.point(lat, lon), self.tags(keys, values)?))
        };
        let (id, point, tags) = parse().map_err(|Broken(what)| ImportError::Broken { at, what })?;
        each(Element::Node {
            id,
            point,
            tags: &tags,
        })
    }

    fn dense(
        &self,
        body: &[u8],
        at: u64,
        each: &mut impl FnMut(Element<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let broken = |Broken(what): Broken| ImportError::Broken { at, what };
        let [mut ids, mut lats, mut lons, mut words] = [Packed::new(&[]); 4];
        let mut message = Message::new(body);
        while let Some((number, value)) = message.field().map_err(broken)? {
            let target = match number {
                1 => &mut ids,
                8 => &mut lats,
                9 => &mut lons,
                10 => &mut words,
                _ => continue,
            };
            *target = Packed::new(value.bytes().map_err(broken)?);
        }
        let (mut id, mut lat, mut lon) = (0_i64, 0_i64, 0_i64);
        let mut tags = Tags::default();
        loop {
            let next = (
                ids.signed().map_err(broken)?,
                lats.signed().map_err(broken)?,
                lons.signed().map_err(broken)?,
            );
            let (more_id, more_lat, more_lon) = match next {
                (Some(a), Some(b), Some(c)) => (a, b, c),
                (None, None, None) => return Ok(()),
                _ => return Err(broken(Broken("ids and coordinates of different number"))),
            };
            // Differences to the one before; nonsense wraps and ends as a node nobody asks for.
            id = id.wrapping_add(more_id);
            lat = lat.wrapping_add(more_lat);
            lon = lon.wrapping_add(more_lon);
            tags.0.clear();
            while let Some(key @ 1..) = words.next().map_err(broken)? {
                let mut tag = || -> Result<_, Broken> {
                    let value = words.next()?.ok_or(Broken("a key without a value"))?;
                    tags.push(self.word(key)?, self.word(value)?)
                };
                tag().map_err(broken)?;
            }
            each(Element::Node {
                id,
                point: self.point(lat, lon),
                tags: &tags,
            })?;
        }
    }

    fn way(
        &self,
        body: &[u8],
        at: u64,
        each: &mut impl FnMut(Element<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let parse = || -> Result<_, Broken> {
            let mut id = 0;
            let (mut keys, mut values, mut refs) = (&[][..], &[][..], &[][..]);
            let mut message = Message::new(body);
            while let Some((number, value)) = message.field()? {
                match number {
                    1 => id = value.number()? as i64,
                    2 => keys = value.bytes()?,
                    3 => values = value.bytes()?,
                    8 => refs = value.bytes()?,
                    _ => {}
                }
            }
            let mut nodes = Vec::new();
            let (mut node, mut refs) = (0_i64, Packed::new(refs));
            while let Some(more) = refs.signed()? {
                node = node.wrapping_add(more);
                nodes.push(node);
            }
            Ok((id, nodes, self.tags(keys, values)?))
        };
        let (id, nodes, tags) = parse().map_err(|Broken(what)| ImportError::Broken { at, what })?;
        each(Element::Way {
            id,
            nodes: &nodes,
            tags: &tags,
        })
    }

    fn relation(
        &self,
        body: &[u8],
        at: u64,
        each: &mut impl FnMut(Element<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let parse = || -> Result<_, Broken> {
            let (mut keys, mut values) = (&[][..], &[][..]);
            let (mut roles, mut ids, mut kinds) = (&[][..], &[][..], &[][..]);
            let mut message = Message::new(body);
            while let Some((number, value)) = message.field()? {
                match number {
                    2 => keys = value.bytes()?,
                    3 => values = value.bytes()?,
                    8 => roles = value.bytes()?,
                    9 => ids = value.bytes()?,
                    10 => kinds = value.bytes()?,
                    _ => {}
                }
            }
            let [mut roles, mut ids, mut kinds] = [roles, ids, kinds].map(Packed::new);
            let (mut id, mut members) = (0_i64, Vec::new());
            loop {
                match (roles.next()?, ids.signed()?, kinds.next()?) {
                    (Some(role), Some(more), Some(kind)) => {
                        id = id.wrapping_add(more);
                        members.push(Member {
                            kind: match kind {
                                0 => MemberKind::Node,
                                1 => MemberKind::Way,
                                _ => MemberKind::Other,
                            },
                            id,
                            role: self.word(role)?,
                        });
                    }
                    (None, None, None) => break,
                    _ => return Err(Broken("members, roles and types of different number")),
                }
            }
            Ok((members, self.tags(keys, values)?))
        };
        let (members, tags) = parse().map_err(|Broken(what)| ImportError::Broken { at, what })?;
        each(Element::Relation {
            members: &members,
            tags: &tags,
        })
    }
}
