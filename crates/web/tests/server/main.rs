//! The whole server over a socket: who gets in, who may do what, the API, and what hostile clients meet.

mod api;
mod files;
mod hostile;
mod house;
mod http;
mod matrix;
mod plan;
mod sign_in;
