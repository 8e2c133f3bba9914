//! Tests of reading whole files, one program so that it links once.

mod bad_input;
mod common;
mod csv;
mod encodings;
mod json;
mod mail;
mod maps;
mod real;
mod rejects;
mod robust;
mod sniff;
mod workbook;
